import Synchronization

/// Two instants that another thread takes down.
final class Instants: Sendable {
    private let both = Mutex<(first: Int64, last: Int64)>((0, 0))
    var first: Int64 { both.withLock { $0.first } }
    var last: Int64 { both.withLock { $0.last } }

    func set(first: Int64) { both.withLock { $0.first = first } }
    func set(last: Int64) { both.withLock { $0.last = last } }
}
