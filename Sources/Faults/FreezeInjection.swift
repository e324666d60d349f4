import Cgroups
import LinuxSystem
import Measures
import Processes
import Recording
import Synchronization

/// Processes that do not run, by the freezer of control groups: they cannot see it, nor undo it.
final class FreezeInjection: Injection, Observable {
    let id: String
    let operation: Operation
    private let change: CgroupChange
    private let thread: ActingThread
    private let frozen: Frozen

    private final class Frozen: Sendable {
        /// How many processes, and after how many nanoseconds all of them stood still; nil: not yet.
        let state = Mutex<(count: Int, after: Int64)?>(nil)
    }

    init(
        id: String,
        _ target: ResolvedTarget,
        keeper: any UndoKeeper,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        let change = try CgroupChange(id: id, keeper: keeper)
        let mount = try change.mount(.freezer)
        let setting = Self.setting(mount.version)
        let isTwo = mount.version == .two
        let frozen = Frozen()
        self.change = change
        self.frozen = frozen
        operation = try .freeze(target.target, change.mounts)
        thread = try ActingThread(
            "freeze",
            window: window,
            leaseUntil: leaseUntil,
            begin: {
                let group = try change.setApart(target, .freezer, [setting])
                try change.gather(target, into: group)
                let began = Clocks.monotonic()
                try group.write(setting.value, to: setting.file)
                try Self.wait(for: group, isTwo)
                let count = try group.allProcesses().count
                frozen.state.withLock { $0 = (count, Clocks.monotonic() - began) }
            },
            end: { try change.undo() }
        )
    }

    static func setting(_ version: CgroupMount.Version) -> LimitSettings.Setting {
        let isTwo = version == .two
        return LimitSettings.Setting(
            file: isTwo ? "cgroup.freeze" : "freezer.state",
            value: isTwo ? "1" : "FROZEN",
            none: isTwo ? "0" : "THAWED",
            key: nil
        )
    }

    /// The kernel freezes each process when it next leaves the kernel; at most five seconds.
    private static func wait(for group: Cgroup, _ isTwo: Bool) throws {
        let patience = Clocks.monotonic() + 5_000_000_000
        while Clocks.monotonic() < patience {
            let isFrozen =
                isTwo
                ? group.numbers("cgroup.events")["frozen"] == 1 : try group.read("freezer.state") == "FROZEN"
            if isFrozen { return }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 500_000)
        }
        throw FaultError("fault.not-frozen", "the processes in \(group) did not freeze within 5 s")
    }

    var began: LocalSpan? { thread.began }
    var ended: LocalSpan? { thread.ended }
    func move(to window: ActingWindow) { thread.move(to: window) }
    func extend(leaseUntil: Int64) { thread.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        if let failure = thread.failure { throw failure }
        let state = frozen.state.withLock { $0 }
        return ReadBack(
            isInstalled: true,
            packets: 0,
            detail: state.map { "\($0.count) processes frozen" } ?? "armed: \(operation.headline)"
        )
    }

    func observations() -> [Observation] {
        let state = frozen.state.withLock { $0 }
        return [
            Observation(
                fault: id,
                quantity: "frozen processes",
                requested: "all",
                observed: state.map { "\($0.count), after \(Duration(nanoseconds: $0.after).rounded)" }
                    ?? "none: \(thread.failure.map { "\($0)" } ?? "it did not begin")",
                effect: (state?.count ?? 0) > 0 ? .asRequested : .none
            )
        ]
    }

    func heal() throws {
        do { try thread.finish() } catch {
            try change.undo()
            if !change.isUndone { throw error }
        }
    }
}
