import AgentProtocol
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import SwiftProtobuf

/// Clients whose operations are recorded one by one.
extension RunSession {
    func start(_ wire: Faultline_Agent_V1_History, end: Int64) throws {
        let plan = try HistoryPlan(wire)
        let out = out
        let history = try HistoryRun(
            plan: plan,
            run: run,
            seed: seed,
            // Where one clock orders the operations it is, on the run's axis, right to the bound of this moment.
            axisZero: axis.local(.zero, offset: clock.reading().offset),
            end: Instant(nanoseconds: end),
            clock: plan.share.isWhole ? nil : .bounded { [axis, clock] in axis.limits(at: $0, clock) }
        ) { batch in
            out.yield(
                .with {
                    $0.history.history = batch.history
                    $0.history.lines = batch.lines
                    $0.history.last = batch.isLast
                }
            )
        }
        histories.append(history)
        try history.start()
        tasks.append(
            Task {
                await history.finished
                emit(.note(kind: .finished, text: plan.finishedText), at: Clocks.monotonic())
            }
        )
    }
}
