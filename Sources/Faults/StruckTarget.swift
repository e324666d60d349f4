import LinuxSystem
import Processes

/// A target while it is being struck: who lives when the first signal is sent, and what these start meanwhile. A
/// process that a supervisor starts in place of a killed one has a group of its own: that is recovery, and is left alone.
struct StruckTarget: SignalTarget {
    private let target: ResolvedTarget
    private let groups: Set<Int32>
    /// Clock ticks (1/100 s) since boot, as start times are.
    private let bornBefore: UInt64

    init(_ target: ResolvedTarget, held: [ProcessHandle]) {
        self.target = target
        groups = Set(held.compactMap { $0.status?.group })
        bornBefore = UInt64(Clocks.boot() / 10_000_000)
    }

    func current() -> [ProcessStatus] {
        target.current().filter { $0.identity.startTime < bornBefore || groups.contains($0.group) }
    }
}
