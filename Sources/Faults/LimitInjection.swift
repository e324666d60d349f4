import Cgroups
import LinuxSystem
import Measures
import Processes
import Recording

/// Processes that may use no more than so much, by their control group: acts from its window's start, and ends by itself.
final class LimitInjection: Injection, Observable {
    let id: String
    let operation: Operation
    private let settings: LimitSettings
    private let change: CgroupChange
    private let thread: ActingThread

    init(
        id: String,
        _ settings: LimitSettings,
        on target: ResolvedTarget,
        keeper: any UndoKeeper,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.settings = settings
        let change = try CgroupChange(id: id, keeper: keeper)
        // What the host lacks is said now, not at the start.
        for part in settings.parts { _ = try change.mount(part.controller) }
        self.change = change
        operation = try .limit(settings, on: target.target, change.mounts)
        thread = try ActingThread(
            "limit",
            window: window,
            leaseUntil: leaseUntil,
            begin: {
                for part in settings.parts {
                    let mount = try change.mount(part.controller)
                    let wanted = part.settings(mount.version)
                    let group = try change.setApart(target, part.controller, wanted)
                    for setting in wanted { try group.write(setting.value, to: setting.file) }
                    try change.gather(target, into: group)
                }
            },
            end: { try change.undo() }
        )
    }

    var began: LocalSpan? { thread.began }
    var ended: LocalSpan? { thread.ended }
    func move(to window: ActingWindow) { thread.move(to: window) }
    func extend(leaseUntil: Int64) { thread.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        if let failure = thread.failure { throw failure }
        guard thread.hasBegun else {
            return ReadBack(isInstalled: true, packets: 0, detail: "armed: \(operation.headline)")
        }
        var wrong: [String] = []
        var members = 0
        for part in settings.parts {
            guard let group = change.groups[part.controller] else { continue }
            members = max(members, (try? group.allProcesses().count) ?? 0)
            for setting in part.settings(group.mount.version) where !Self.holds(group, setting) {
                wrong.append(
                    "\(group.folder)/\(setting.file) is \((try? group.read(setting.file)) ?? "gone")"
                )
            }
        }
        let detail = wrong.isEmpty ? "\(members) processes, \(settings.words)" : wrong.joined(separator: "; ")
        return ReadBack(isInstalled: wrong.isEmpty && members > 0, packets: 0, detail: detail)
    }

    /// Whether the kernel has what was written, in its own order of the values.
    private static func holds(_ group: Cgroup, _ setting: LimitSettings.Setting) -> Bool {
        guard let text = try? group.read(setting.file) else { return false }
        guard let key = setting.key else { return text == setting.value }
        let wanted = Set(setting.value.split(separator: " "))
        return text.split(separator: "\n").contains { line in
            line.hasPrefix(key + " ") && wanted.isSubset(of: Set(line.split(separator: " ")))
        }
    }

    func observations() -> [Observation] {
        guard thread.failure == nil, let group = change.groups.values.first else { return [] }
        let members = (try? group.allProcesses().count) ?? 0
        var words = "\(members) process\(members == 1 ? "" : "es") in the group"
        if let cpu = change.groups[.cpu]?.numbers("cpu.stat"), let periods = cpu["nr_periods"] {
            words += ", throttled in \(cpu["nr_throttled"] ?? 0) of \(periods) periods of 100 ms"
        }
        return [
            Observation(
                fault: id,
                quantity: "limit",
                requested: settings.words,
                observed: words,
                effect: members == 0 ? .none : .asRequested
            )
        ]
    }

    func heal() throws {
        do { try thread.finish() } catch {
            // What failed may have left something: once more, and what fails then is said.
            try change.undo()
            if !change.isUndone { throw error }
        }
    }
}
