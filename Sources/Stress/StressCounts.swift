import Synchronization

/// What the threads of a worker count together.
final class StressCounts: Sendable {
    private let writtenBytes = Atomic<UInt64>(0)
    private let readBytes = Atomic<UInt64>(0)
    private let lastError = Atomic<UInt64>(0)

    var written: UInt64 { writtenBytes.load(ordering: .relaxed) }
    var read: UInt64 { readBytes.load(ordering: .relaxed) }
    var trouble: UInt64 { lastError.load(ordering: .relaxed) }

    func wrote(_ bytes: Int) { writtenBytes.wrappingAdd(UInt64(bytes), ordering: .relaxed) }
    func didRead(_ bytes: Int) { readBytes.wrappingAdd(UInt64(bytes), ordering: .relaxed) }
    func fail(_ errno: Int32) { lastError.store(UInt64(errno), ordering: .relaxed) }
}
