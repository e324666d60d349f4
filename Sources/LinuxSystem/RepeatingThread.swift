import Synchronization

/// Does something again and again on a thread of its own, which may block, until it is stopped.
package final class RepeatingThread: Sendable {
    private let wakeup: Wakeup
    private let isStopped = Atomic(false)

    /// `body`: first after one interval. False: it is not to be done again.
    package init(
        name: String,
        everyNanoseconds interval: Int64,
        _ body: @escaping @Sendable () -> Bool
    ) throws(SystemError) {
        wakeup = try Wakeup()
        _ = try PinnedThread(name: name) { [self] in
            guard let poller = try? Poller(capacity: 1),
                (try? poller.add(wakeup.number, token: 0, .readable)) != nil
            else { return }
            repeat {
                _ = try? poller.wait(timeoutNanoseconds: interval) { _ in }
            } while !isStopped.load(ordering: .acquiring) && body()
        }
    }

    /// Returns at once: what is under way may still come to its end.
    package func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.signal()
    }
}
