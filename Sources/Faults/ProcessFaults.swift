import Cgroups
import Measures
package import Stress

/// Arms what acts on a host's processes and resources over time: stress, limits, freezing.
package final class ProcessFaults: Sendable {
    package let resolver: TargetResolver
    private let keeper: any UndoKeeper
    private let executable: String

    /// `executable`: this program, which is also the stress worker's.
    package init(resolver: TargetResolver, keeper: any UndoKeeper, executable: String) {
        self.resolver = resolver
        self.keeper = keeper
        self.executable = executable
    }

    /// `operation`: what was asked for, where that is not what the tasks say: a share of the host's memory is bytes by now.
    package func stress(
        id: String,
        _ tasks: [StressTask],
        operation: Operation? = nil,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection & Observable {
        for task in tasks {
            if let fault = task.fault { throw FaultError("fault.stress", fault) }
        }
        return try StressInjection(
            id: id,
            tasks,
            operation: operation ?? .stress(tasks.map(\.text)),
            executable: executable,
            keeper: keeper,
            window: window,
            leaseUntil: leaseUntil
        )
    }

    /// Of several containers each has the limit, in its own group.
    package func limit(
        id: String,
        _ settings: LimitSettings,
        on target: ProcessTarget,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection & Observable {
        let found = try resolver.resolve(target)
        let arm = { [keeper] (id: String, target: ResolvedTarget) in
            try LimitInjection(
                id: id,
                settings,
                on: target,
                keeper: keeper,
                window: window,
                leaseUntil: leaseUntil
            )
        }
        guard found.containers.count > 1 else { return try arm(id, found) }
        var parts: [LimitInjection] = []
        do {
            for container in found.containers {
                let part = try resolver.found(target, [container])
                parts.append(try arm("\(id) \(container.name)", part))
            }
        } catch {
            for part in parts { try? part.heal() }
            throw error
        }
        let mounts = try CgroupMounts.current()
        return SeveralInjections(id: id, operation: try .limit(settings, on: target, mounts), parts)
    }

    package func freeze(id: String, _ target: ProcessTarget, window: ActingWindow, leaseUntil: Int64) throws
        -> any Injection & Observable
    {
        try FreezeInjection(
            id: id,
            try resolver.resolve(target),
            keeper: keeper,
            window: window,
            leaseUntil: leaseUntil
        )
    }
}
