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

    package func limit(
        id: String,
        _ settings: LimitSettings,
        on target: ProcessTarget,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection & Observable {
        try LimitInjection(
            id: id,
            settings,
            on: try resolver.resolve(target),
            keeper: keeper,
            window: window,
            leaseUntil: leaseUntil
        )
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
