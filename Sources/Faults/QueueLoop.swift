import Impairments
import LinuxSystem
import Measures
import Packetfilter

/// The effect half of the queue backend: reads packets, asks the line, gives verdicts on time. Lives on one thread.
struct QueueLoop: ~Copyable {
    private var socket: QueueSocket
    private var line: DelayLine
    private let poller: Poller
    /// Whether packets wait in the socket, as far as the last wait tells.
    private var hasPackets = true
    /// What shall be different about held packets when they leave: few, if any.
    private var changes: [UInt32: QueueChange] = [:]
    /// Between two turns while packets keep coming, nanoseconds: a hundredth of the latency, at most 50 µs. Without, each
    /// packet would wake this thread twice, and one processor would be busy with that alone at 20,000 a second.
    private let breath: Int64
    private var turnedAt: Int64 = 0
    private var wasBusy = false
    /// Verdicts of one call of `receive`; kept so that no packet allocates.
    private var immediate: [QueueVerdict] = []
    /// The mark of packets that are one of two.
    private let twin: UInt32

    init(socket: consuming QueueSocket, line: DelayLine, wakeup: Int32) throws {
        let poller = try Poller(capacity: 4)
        try poller.add(socket.descriptor, token: 0, .readable)
        try poller.add(wakeup, token: 1, .readable)
        // Refused only to threads that do not exist; the default of 50 µs would be added to every release.
        try CurrentThread.setTimerSlack(nanoseconds: 1)
        twin = QueueMark.twin(socket.queue)
        breath = min(50_000, line.settings.asked.latency.nanoseconds / 100)
        immediate.reserveCapacity(socket.mostAtOnce)
        self.socket = socket
        self.line = line
        self.poller = poller
    }

    /// Takes in what waits, lets go what is due. Bounded: under a flood releases still happen every 1024 packets.
    mutating func turn(_ statistics: inout QueueStatistics) throws {
        turnedAt = Clocks.monotonic()
        let before = statistics.released
        for turn in 0..<16 {
            let count = hasPackets ? try receive(&statistics) : 0
            try releaseDue(&statistics)
            try socket.flush()
            wasBusy = turn > 0 || count > 0 || statistics.released > before
            if count < socket.mostAtOnce { break }
        }
    }

    /// Until a packet comes, a release is due, or the owner calls.
    mutating func wait() throws {
        if wasBusy, breath > 0 {
            Clocks.sleepUntil(monotonic: turnedAt + breath)
            hasPackets = true
            return
        }
        // A timer of its own would cost two more calls of the kernel for each release.
        let patience = line.nextRelease.map { max(0, $0 - Clocks.monotonic()) } ?? -1
        hasPackets = false
        try poller.wait(timeoutNanoseconds: patience) { if $0.token == 0 { hasPackets = true } }
    }

    /// Lets go of all that is held and of all that still waits in the socket, at most for as long as 64 turns.
    mutating func finish(_ statistics: inout QueueStatistics) throws {
        for _ in 0..<64 {
            let count = try receive(&statistics, passing: true)
            while let held = line.takeAny() {
                try socket.give(changes.removeValue(forKey: held.identifier).verdict(for: held.identifier))
                statistics.released += 1
            }
            try socket.flush()
            if count == 0 { break }
        }
        statistics.heldNow = 0
    }

    /// `passing`: no decisions any more, everything goes on.
    private mutating func receive(
        _ statistics: inout QueueStatistics,
        passing: Bool = false
    ) throws(FilterError) -> Int {
        // One reading of the clock for what came in one call: it waited together. After the call, when all of it has arrived:
        // before, what came in between would be held for less than was asked.
        var reading: Int64?
        immediate.removeAll(keepingCapacity: true)
        let count = try socket.receive { packet, payload in
            let now = reading ?? Clocks.monotonic()
            reading = now
            let identifier = packet.identifier
            let isTwin = packet.mark & QueueMark.bits == twin
            if !isTwin { statistics.received += 1 }
            let arrival = DelayLine.Arrival(identifier, length: packet.length, isOneOfTwo: isTwin)
            let (admission, flip) = passing ? (.pass, nil) : line.admit(arrival, at: now)
            if case .hold = admission, flip == nil, !isTwin { return }
            if admission == .drop {
                immediate.append(.drop(identifier))
                statistics.dropped += 1
                return
            }
            if admission == .duplicate {
                immediate.append(.again(identifier, mark: packet.mark & ~QueueMark.bits | QueueMark.wanted))
                statistics.duplicated += 1
                return
            }
            var change = isTwin ? QueueChange(mark: packet.mark & ~QueueMark.bits) : nil
            // One that was cut off on its way to us must not be sent back shortened.
            if let flip, payload.count == packet.length, !payload.isEmpty {
                change = QueueChange(flip, payload, mark: change?.mark, hook: packet.hook)
                statistics.corrupted += 1
            }
            if case .hold = admission {
                changes[identifier] = change
                return
            }
            immediate.append(change.verdict(for: identifier))
            statistics.passed += 1
            if admission == .overtake { statistics.overtaken += 1 }
        }
        for verdict in immediate { try socket.give(verdict) }
        statistics.heldNow = line.count
        statistics.mostHeld = max(statistics.mostHeld, line.count)
        return count
    }

    private mutating func releaseDue(_ statistics: inout QueueStatistics) throws(FilterError) {
        let now = Clocks.monotonic()
        let together = line.releasesArePrefixes
        var last: UInt32?
        while let held = line.takeDue(at: now) {
            statistics.lateness.record(now - held.release)
            statistics.delay.record(now - held.arrived)
            statistics.released += 1
            if !changes.isEmpty, let change = changes.removeValue(forKey: held.identifier) {
                try socket.give(change.verdict(for: held.identifier))
            } else if together {
                last = held.identifier
            } else {
                try socket.give(.accept(held.identifier))
            }
        }
        if let last { try socket.give(.acceptThrough(last)) }
        statistics.heldNow = line.count
    }
}
