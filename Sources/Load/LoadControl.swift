import LinuxSystem
import Synchronization

/// What the generator's thread shares with the rest of the program.
final class LoadControl: Sendable {
    let wakeup: Wakeup
    let intervals = IntervalExchange()
    private let stopping = Atomic(false)

    init() throws(SystemError) {
        wakeup = try Wakeup()
    }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    func stop() {
        stopping.store(true, ordering: .relaxed)
        wakeup.signal()
    }
}
