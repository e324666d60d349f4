import Synchronization

/// What the generator's thread knows when it ends: written before the last interval is handed over, read after.
final class Ending: Sendable {
    private let state = Mutex<(connections: Int, trouble: String?)>((0, nil))

    var value: (connections: Int, trouble: String?) {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
