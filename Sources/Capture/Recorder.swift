import LinuxSystem
import Synchronization

/// The reading side of a capture, for a thread of its own.
final class Recorder: Sendable {
    /// How much a killed agent loses at most, nanoseconds.
    private static let flushInterval: Int64 = 1_000_000_000

    private let tap: Mutex<Tap?>
    private let poller: Poller
    private let wakeup: Wakeup
    private let isStopping = Atomic(false)
    private let result = Mutex<CaptureSummary?>(nil)

    init(_ tap: consuming Tap) throws(SystemError) {
        poller = try Poller(capacity: 4)
        wakeup = try Wakeup()
        try poller.add(tap.descriptor, token: 0, .readable)
        try poller.add(wakeup.number, token: 1, .readable)
        self.tap = Mutex(tap)
    }

    /// After the thread has ended.
    var summary: CaptureSummary {
        result.withLock { $0 } ?? CaptureSummary(packets: 0, bytes: 0, dropped: 0)
    }

    func requestStop() {
        isStopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Until told to stop, or until the capture fails. Closes the capture and its files.
    func run() {
        guard var tap = self.tap.withLock({ $0.take() }) else { return }
        var failure: CaptureError?
        do throws(CaptureError) {
            try record(&tap)
        } catch {
            failure = error
        }
        let summary = CaptureSummary(
            packets: tap.ring?.packets ?? 0,
            overwritten: tap.ring?.overwritten ?? 0,
            bytes: tap.ring?.bytes ?? 0,
            dropped: tap.dropped(),
            failure: failure
        )
        result.withLock { $0 = summary }
    }

    private func record(_ tap: inout Tap) throws(CaptureError) {
        var flushAt = Clocks.monotonic() + Self.flushInterval
        while !isStopping.load(ordering: .acquiring) {
            try wait(until: flushAt)
            try readAll(&tap, until: flushAt)
            guard Clocks.monotonic() >= flushAt else { continue }
            try tap.flush()
            flushAt = Clocks.monotonic() + Self.flushInterval
        }
        // The kernel looks at its last block once in a block's age, and hands it over when it was that old at the look.
        wakeup.clear()
        let end = Clocks.monotonic() + 3 * Int64(Tap.blockAge) * 1_000_000
        while Clocks.monotonic() < end {
            try wait(until: end)
            try readAll(&tap, until: end)
        }
        try tap.flush()
    }

    /// Reads at least once, also when nothing seems to be there: libpcap notices only so that an interface is gone.
    private func readAll(_ tap: inout Tap, until deadline: Int64) throws(CaptureError) {
        while try tap.read() > 0, Clocks.monotonic() < deadline {}
    }

    private func wait(until deadline: Int64) throws(CaptureError) {
        do throws(SystemError) {
            try poller.wait(timeoutNanoseconds: max(0, deadline - Clocks.monotonic())) { _ in }
        } catch {
            throw CaptureError(operation: "wait for packets", pcapCode: 0, text: error.message)
        }
    }
}
