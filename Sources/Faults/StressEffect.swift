import Measures
import Recording
import Stress

/// What a worker was asked to use against what it says it used. Pure.
enum StressEffect {
    static func judge(_ task: StressTask, _ report: StressReport?, fault: String) -> Observation {
        guard let report, report.elapsed > 0 else {
            return observation(fault, task, "nothing was heard of the worker", .none)
        }
        let seconds = Double(report.elapsed) / 1e9
        switch task {
        case .cpu(let workers, let load):
            let used = Double(report.cpu) / Double(report.elapsed)
            let asked = Double(workers) * load.double
            // Others want the processors too: less than asked is what they leave.
            let effect: Observation.Effect =
                used < 0.05 * asked ? .none : used > 0.9 * asked ? .asRequested : .differs
            return observation(fault, task, "\(used.fixed(2)) processors used of \(asked.fixed(2))", effect)
        case .memory(let bytes, _, _):
            let enough = report.resident >= bytes / 100 * 98
            let words =
                "\(report.resident.sizeText) resident"
                + (report.trouble == 0 ? "" : ", stopped short for want of memory")
            return observation(
                fault,
                task,
                words,
                enough ? .asRequested : report.resident < bytes / 20 ? .none : .differs
            )
        case .disk(_, let space, _):
            var wanted: UInt64?
            if case .bytes(let bytes) = space { wanted = bytes }
            let isFull =
                wanted.map { report.freeNow <= $0 + (16 << 20) } ?? (report.freeNow < report.freeBefore)
            let words = "\(report.freeBefore.sizeText) free before, \(report.freeNow.sizeText) during"
            return observation(
                fault,
                task,
                words,
                isFull ? .asRequested : report.written == 0 ? .none : .differs
            )
        case .io:
            let words =
                "\((Double(report.written) / seconds / 1e6).fixed(1)) MB/s written, "
                + "\((Double(report.read) / seconds / 1e6).fixed(1)) MB/s read"
            return observation(fault, task, words, report.written == 0 ? .none : .asRequested)
        }
    }

    private static func observation(
        _ fault: String,
        _ task: StressTask,
        _ observed: String,
        _ effect: Observation.Effect
    ) -> Observation {
        Observation(
            fault: fault,
            quantity: "stress",
            requested: task.text,
            observed: observed,
            effect: effect
        )
    }
}
