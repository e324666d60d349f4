import LinuxSystem
import Synchronization

/// Threads of ordinary priority that compute until they are stopped.
final class Burners: Sendable {
    private let isOver = Atomic(false)

    init(count: Int) throws {
        for _ in 0..<count {
            _ = try PinnedThread(name: "burner") { [self] in
                while !isOver.load(ordering: .relaxed) {}
            }
        }
    }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
