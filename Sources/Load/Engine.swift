import Codecs
import LinuxSystem
import Measures
import Plan
import Recording
import Synchronization

/// The event loop of one load: one thread, epoll, a timer for the next due instant; nothing is allocated per request.
///
/// Laws: every arrival that became due gives exactly one exchange; `intended` is its due time, whatever happened;
/// scheduled arrivals never wait for answers, and after a stall all that is due goes out at once.
/// Created on any thread, used by one.
final class Engine<C: Conversation> {
    /// After a failed connect the next attempt is at least this much later: no reconnect storm. Requests that are due
    /// meanwhile fail as the attempt did.
    static var reconnectInterval: Int64 { 5_000_000 }
    /// Arrivals taken up in one turn before sockets are looked at again.
    static var arrivalsPerTurn: Int { 256 }

    let address: HostAddress
    /// Nanoseconds; of a request from its write (or its due time while it waits for a connection), and of a connect.
    let timeout: Int64
    /// CLOCK_MONOTONIC of the run's time zero.
    let zero: Int64
    let slots: Int
    /// Requests that one connection serves at most.
    let mostServed: Int
    let retries: Int
    /// Exchanges tell what finds their packets in a capture.
    let marksPackets: Bool
    let control: LoadControl
    private let spin: SpinPolicy

    let poller: Poller
    private let timer: Timer
    private var armed: Int64 = .max
    /// Until then the next event is waited for without sleeping.
    private var awakeUntil: Int64 = .min
    var arrivals: Arrivals
    /// Those that arrivals have in the whole load.
    let numbers: ShareNumbers
    /// Of the next arrival, among this host's own.
    private var number: UInt64 = 0

    let table: UnsafeMutablePointer<Connection<C>>
    let links: UnsafeMutablePointer<SlotList.Links>
    let input: UnsafeMutableRawBufferPointer
    var free = SlotList()
    var connecting = SlotList()
    var idle = SlotList()
    var busy = SlotList()
    var waiting: WaitingQueue
    var retrying: [Retry] = []
    /// Until the load stops.
    var sendsAgain = true
    /// Of those that are being opened: the ones to repeat a request.
    var repeating = 0
    /// How the last attempt to open a connection failed, until one succeeds.
    var refusal: Outcome?
    var noAttemptBefore: Int64 = .min
    var lastAttempt: Int64 = 0

    private(set) var interval: Interval
    private var nextFlush: Int64
    var connectionsOpened = 0
    var trouble: SystemError?
    /// The first reason why a connection that was open could not be used, as the peer or the protocol gave it.
    var complaint: String?
    var output = OutputBytes()
    /// Empty where a connection carries one request.
    var shared: SharedConnections
    // Last: what depends on the protocol in size must not move the offsets of the rest.
    let script: C.Script

    init(
        script: C.Script,
        address: HostAddress,
        connections: Int,
        reuse: Int?,
        retries: Int,
        timeout: Duration,
        axisZero: Int64,
        marksPackets: Bool,
        control: LoadControl,
        arrivals: ArrivalSource,
        numbers: ShareNumbers,
        spin: SpinPolicy
    ) throws(SystemError) {
        self.script = script
        self.address = address
        self.timeout = max(1, timeout.nanoseconds)
        self.zero = axisZero
        self.slots = max(1, min(connections, 60_000))
        mostServed = reuse ?? .max
        self.retries = retries
        self.marksPackets = marksPackets
        self.control = control
        self.spin = spin
        self.numbers = numbers
        self.arrivals = Arrivals(arrivals, zero: axisZero)
        poller = try Poller(capacity: 1_024)
        timer = try Timer(.monotonic)
        try poller.add(timer.number, token: Self.timerToken, .readable)
        try poller.add(control.wakeup.number, token: Self.wakeupToken, .readable)
        table = .allocate(capacity: slots)
        table.initialize(repeating: Connection(conversation: C(script)), count: slots)
        links = .allocate(capacity: slots)
        links.initialize(repeating: SlotList.Links(), count: slots)
        input = .allocate(byteCount: 65_536, alignment: 64)
        waiting = WaitingQueue(capacity: 4_096)
        shared = SharedConnections(slots: slots, most: C.isShared ? script.mostUnderWay : 0)
        interval = control.intervals.take()
        nextFlush = 0
        for slot in 0..<slots { free.append(Int32(slot), in: links) }
    }

    deinit {
        for slot in 0..<slots where table[slot].state != .closed { Socket.close(table[slot].descriptor) }
        table.deinitialize(count: slots)
        table.deallocate()
        links.deallocate()
        input.deallocate()
        shared.deallocate(slots: slots)
    }

    private static var timerToken: UInt64 { .max }
    private static var wakeupToken: UInt64 { .max - 1 }

    /// Until every arrival has its exchange, or `stop` was asked and all that was due has its exchange.
    func run(_ ending: Ending) {
        beginInterval(at: Clocks.monotonic())
        while true {
            let now = Clocks.monotonic()
            if control.isStopping { dropAllUnsent(now) }
            takeArrivals(now)
            if !retrying.isEmpty { retry(now) }
            expire(now)
            settle(now)
            if now >= nextFlush { flush(now) }
            if arrivals.next == nil, waiting.isEmpty, underWay == 0, repeating == 0, retrying.isEmpty {
                break
            }
            do {
                try sleep(now)
            } catch {
                // Nothing can be seen any more: what was under way is unknown, what was not sent never will be.
                note(error)
                abandon(Clocks.monotonic())
                break
            }
        }
        flush(Clocks.monotonic())
        ending.value = (connectionsOpened, trouble?.message, complaint)
        control.intervals.finish()
    }

    /// Requests that wait for an answer.
    private var underWay: Int { C.isShared ? shared.underWay.count : busy.count }

    private func sleep(_ now: Int64) throws(SystemError) {
        let wake = nextWake(now)
        let sleeps = wake > now && awakeUntil <= now
        // One that fires too early costs a turn, arming it each turn a system call each.
        if sleeps, wake < armed {
            try timer.arm(at: wake)
            armed = wake
        }
        let seen = try poller.wait(timeoutNanoseconds: sleeps ? -1 : 0) { event in
            switch event.token {
            case Self.timerToken:
                timer.clear()
                armed = .max
            case Self.wakeupToken: control.wakeup.clear()
            default: handle(event)
            }
        }
        if seen > 0 { awakeUntil = now &+ spin.after }
    }

    /// The next instant at which something is to be done without an event, or at which sleeping would be too risky.
    private func nextWake(_ now: Int64) -> Int64 {
        var wake = nextFlush
        if let due = arrivals.next { wake = min(wake, due &- spin.before) }
        if let retry = nextRetry(now) { wake = min(wake, retry) }
        if C.isShared {
            if let oldest = shared.oldest {
                wake = min(wake, shared[oldest.slot, oldest.place].since &+ timeout)
            }
        } else if busy.head >= 0 {
            wake = min(wake, table[Int(busy.head)].since &+ timeout)
        }
        if connecting.head >= 0 { wake = min(wake, table[Int(connecting.head)].since &+ timeout) }
        if let first = waiting.first {
            wake = min(wake, first &+ timeout)
            if noAttemptBefore > now { wake = min(wake, noAttemptBefore) }
            let paced = lastAttempt &+ attemptGap
            if free.count > 0, paced > now { wake = min(wake, paced) }
        }
        return wake
    }

    /// Where connections are shared, what is due together is asked at one reading of the clock: it is written together, with
    /// a reading of its own.
    ///
    /// - Parameter now: just read.
    func takeArrivals(_ now: Int64) {
        var now = now
        var isStale = false
        var left = Self.arrivalsPerTurn
        while let due = arrivals.next, left > 0 {
            if due > now {
                guard isStale else { break }
                now = Clocks.monotonic()
                isStale = false
                guard due <= now else { break }
            }
            arrivals.take()
            left -= 1
            interval.offered += 1
            interval.lateness.record(nanoseconds: now &- due)
            // A younger request must not overtake those that wait.
            let isTaken = waiting.isEmpty && (C.isShared ? share(due, number) : sendOnIdle(due, number, now))
            if !isTaken { waiting.append(due, number: number) }
            number &+= 1
            // Sending took its time.
            if C.isShared { isStale = true } else if arrivals.next != nil { now = Clocks.monotonic() }
        }
        if C.isShared { writeAsked() }
    }

    /// Time-outs. Each list is in the order of its deadlines, so the heads are enough.
    private func expire(_ now: Int64) {
        if C.isShared { expireShared(now) }
        while !C.isShared, busy.head >= 0, table[Int(busy.head)].since &+ timeout <= now {
            let slot = busy.head
            finish(slot, .timedOut, now)
            close(slot)
        }
        while connecting.head >= 0, table[Int(connecting.head)].since &+ timeout <= now {
            giveUp(connecting.head, now)
        }
        while let first = waiting.first, first &+ timeout <= now, let request = waiting.popFirst() {
            let connected = idle.count + shared.roomy.count + busy.count > 0
            fail(request, connected ? .dropped : refusal ?? .notConnected, now)
        }
    }

    /// Sent requests keep their time-out; what was never sent never will be; nothing more becomes due.
    private func dropAllUnsent(_ now: Int64) {
        arrivals.stop()
        while let request = waiting.popFirst() { fail(request, .dropped, now) }
        dropRetries(now)
    }

    private func abandon(_ now: Int64) {
        dropAllUnsent(now)
        while C.isShared, let oldest = shared.oldest { endShared(oldest.slot, .reset, now) }
        while !C.isShared, busy.head >= 0 {
            let slot = busy.head
            finish(slot, .reset, now)
            close(slot)
        }
        while connecting.head >= 0 { giveUp(connecting.head, now) }
    }

    // Recording -----------------------------------------------------------------------------------------------------

    /// The one place where an exchange comes into being. `slot`: the connection that it was on, until now; -1: none, or it
    /// is told nothing about.
    func record(
        _ request: SentRequest,
        firstByte: Int64,
        done: Int64,
        _ outcome: Outcome,
        on slot: Int32 = -1
    ) {
        if retries > 0, willRetry(request, outcome, done) { return }
        if interval.isFull { flush(done) }
        // A user whose request could not even be sent would ask again at once, and again.
        let pause = outcome.certainty == .failed ? Self.reconnectInterval : 0
        arrivals.returned(at: done, notWithin: pause)
        interval.append(
            intended: request.due &- zero,
            sent: request.firstSent &- zero,
            firstByte: firstByte &- zero,
            done: done &- zero,
            outcome
        )
        guard slot >= 0 else { return }
        let index = Int(slot)
        if marksPackets, table[index].port != 0, table[index].writtenAt != 0 {
            interval.addToLast(written: table[index].writtenAt &- zero, port: table[index].port)
        }
        if table[index].served == 0 { interval.addToLast(table[index].setUp.times) }
    }

    private func flush(_ now: Int64) {
        interval.end = Instant(nanoseconds: now &- zero)
        control.intervals.handOver(interval)
        interval = control.intervals.take()
        beginInterval(at: now)
    }

    /// Intervals end at whole seconds of the run's axis.
    private func beginInterval(at now: Int64) {
        let second: Int64 = 1_000_000_000
        let onAxis = now &- zero
        interval.start = Instant(nanoseconds: onAxis)
        nextFlush = zero &+ (onAxis.dividedFloor(by: second) &+ 1) &* second
    }

    func note(_ error: SystemError) {
        if trouble == nil { trouble = error }
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
