import Faults
import LinuxSystem
import Measures

/// What probes on one path feel from a little before a fault until its end.
struct PathObservation: Sendable {
    let peer: String
    let address: String
    /// How much longer than usual an answer may take.
    let patience: Duration

    /// Two seconds of baseline, 20 probes a second: 24 bytes each, nothing that a service would notice.
    private static let lead: Int64 = 2_000_000_000
    private static let interval: Int64 = 50_000_000

    final class Running: Sendable {
        private let task: Task<[EchoProbe.Sample], Never>

        init(_ task: Task<[EchoProbe.Sample], Never>) {
            self.task = task
        }

        func samples() async -> [EchoProbe.Sample] { await task.value }
    }

    /// Where the probe's sockets are opened: in this namespace, or in another.
    typealias Entering =
        @Sendable (@escaping @Sendable () throws -> [EchoProbe.Sample]) throws -> [EchoProbe.Sample]

    /// Probing happens on a thread of its own; a failure of the probe is a path that was not measured.
    /// `isOver`: asked at each probe; true ends it.
    func start(
        window: ActingWindow,
        inside: @escaping Entering = { try $0() },
        isOver: @escaping @Sendable () -> Bool = { false }
    ) -> Running {
        // A short fault is probed faster, so that there is something to judge; never below 2 ms.
        let interval = max(2_000_000, min(Self.interval, (window.end - window.start) / 40))
        let probe = EchoProbe(
            address: address,
            interval: interval,
            patience: patience.nanoseconds + 200_000_000
        )
        return Running(
            Task.detached {
                let wait = window.start - Self.lead - Clocks.monotonic()
                if wait > 0 { try? await Task.sleep(for: .nanoseconds(wait)) }
                guard !Task.isCancelled else { return [] }
                return await withCheckedContinuation { continuation in
                    let thread = try? PinnedThread(name: "probe \(peer)") {
                        let samples = try? inside {
                            try probe.run(
                                from: window.start - Self.lead,
                                to: window.end,
                                isCancelled: isOver
                            )
                        }
                        continuation.resume(returning: samples ?? [])
                    }
                    if thread == nil { continuation.resume(returning: []) }
                }
            }
        )
    }
}
