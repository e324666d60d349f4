import Synchronization

/// What the generator's thread knows when it ends: written before the last interval is handed over, read after.
final class Ending: Sendable {
    typealias Value = (connections: Int, trouble: String?, complaint: String?)

    private let state = Mutex<Value>((0, nil, nil))

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
