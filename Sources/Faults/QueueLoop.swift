import LinuxSystem
import Packetfilter

/// The effect half of the queue backend: reads packets, asks the line, gives verdicts on time. Lives on one thread.
struct QueueLoop: ~Copyable {
    private var socket: QueueSocket
    private var line: DelayLine
    private let poller: Poller
    private let timer: Timer
    private var armedFor: Int64?

    init(socket: consuming QueueSocket, line: DelayLine, wakeup: Int32) throws {
        let poller = try Poller(capacity: 4)
        let timer = try Timer()
        try poller.add(socket.descriptor, token: 0, .readable)
        try poller.add(timer.number, token: 1, .readable)
        try poller.add(wakeup, token: 2, .readable)
        // Refused only to threads that do not exist; the default of 50 µs would be added to every release.
        try CurrentThread.setTimerSlack(nanoseconds: 1)
        self.socket = socket
        self.line = line
        self.poller = poller
        self.timer = timer
    }

    /// Takes in what waits, lets go what is due. Bounded: under a flood releases still happen every 1024 packets.
    mutating func turn(_ statistics: inout QueueStatistics) throws {
        for _ in 0..<16 {
            let count = try receive(&statistics) { line, identifier, now in line.admit(identifier, at: now) }
            try releaseDue(&statistics)
            try socket.flush()
            if count < 64 { break }
        }
        let next = line.nextRelease
        if let next, next != armedFor { try timer.arm(at: next) }
        armedFor = next
    }

    /// Until a packet comes, a release is due, or the owner calls.
    mutating func wait() throws {
        var timerFired = false
        try poller.wait(timeoutNanoseconds: -1) { if $0.token == 1 { timerFired = true } }
        if timerFired {
            timer.clear()
            armedFor = nil
        }
    }

    /// Lets go of all that is held and of all that still waits in the socket, at most for as long as 64 turns.
    mutating func finish(_ statistics: inout QueueStatistics) throws {
        for _ in 0..<64 {
            let count = try receive(&statistics) { _, _, _ in .pass }
            while let held = line.takeAny() {
                try socket.give(.accept(held.identifier))
                statistics.released += 1
            }
            try socket.flush()
            if count == 0 { break }
        }
        statistics.heldNow = 0
    }

    private mutating func receive(
        _ statistics: inout QueueStatistics,
        _ decide: (inout DelayLine, UInt32, Int64) -> DelayLine.Admission
    ) throws(FilterError) -> Int {
        // One reading of the clock for what came in one call: it waited together.
        let now = Clocks.monotonic()
        var immediate: [QueueVerdict] = []
        let count = try socket.receive { packet in
            statistics.received += 1
            switch decide(&line, packet.identifier, now) {
            case .hold: break
            case .pass:
                immediate.append(.accept(packet.identifier))
                statistics.passed += 1
            case .drop:
                immediate.append(.drop(packet.identifier))
                statistics.dropped += 1
            }
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
            if together { last = held.identifier } else { try socket.give(.accept(held.identifier)) }
        }
        if let last { try socket.give(.acceptThrough(last)) }
        statistics.heldNow = line.count
    }
}
