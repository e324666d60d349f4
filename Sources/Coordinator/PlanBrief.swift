import Measures
package import Plan
package import Schedule
import Timeline
import Verdict

/// What a run is about to do, in one screen: at most 20 lines, most important first where some are left out. `PlanOutline` has
/// all of it.
package struct PlanBrief {
    private let plan: Plan
    private let schedule: Schedule

    private static let mostColumns = 400
    /// More are counted as well.
    private static let mostHosts = 12
    private static let mostLoads = 4
    private static let mostFaults = 7
    private static let mostTargets = 5

    package init(plan: Plan, schedule: Schedule) {
        self.plan = plan
        self.schedule = schedule
    }

    /// - Parameter columns: as wide as a line may be; nil: any.
    package func lines(columns: Int?) -> [String] {
        var lines = [
            "\(plan.name): \(plan.duration.seconds.fixed(0)) s, seed \(schedule.seed), plan \(plan.digest.prefix(12))"
        ]
        let hosts = plan.lab.hosts.map(\.name)
        let count = hosts.count > Self.mostHosts ? "\(hosts.count): " : ""
        lines.append(
            "hosts    " + count + (hosts.isEmpty ? "this one alone, no lab" : hosts.joined(separator: ", "))
        )
        lines += titled(
            "load",
            plan.loads.map { "\($0.name): \(PlanOutline.words(of: $0, until: plan.duration))" },
            most: Self.mostLoads
        )
        lines += titled("history", plan.histories.map { "\($0.name): \($0.text)" }, most: Self.mostLoads)
        lines += titled("faults", schedule.faults.map(Self.words), most: Self.mostFaults)
        lines += titled("targets", targets, most: Self.mostTargets)
        lines += titled("guard", plan.guards.map { "stops when \($0.words)" }, most: 1)
        // Of hundreds of hosts too a line is one that can be read; `faultline plan` has all of it.
        let columns = columns ?? Self.mostColumns
        return lines.map { $0.count <= columns ? $0 : $0.prefix(max(0, columns - 1)) + "…" }
    }

    private static func words(_ fault: ScheduledFault) -> String {
        "\(fault.start.seconds.fixed(1))–\(fault.end.seconds.fixed(1)) s  \(fault.id): \(fault.action.words)"
    }

    /// With what the sample cannot support, which is known before the run.
    private var targets: [String] {
        let short = PlanOutline.support(of: plan, schedule).filter { !$0.isEnough }.map { entry in
            "\(entry.target) cannot be met: \(entry.requests ?? 0) requests, at least \(entry.needed) are needed"
        }
        return short + plan.targets.list
    }

    private func titled(_ title: String, _ entries: [String], most: Int) -> [String] {
        var shown = Array(entries.prefix(most))
        if entries.count > most { shown.append("and \(entries.count - most) more") }
        return shown.enumerated().map { index, entry in
            let margin = index == 0 ? title : ""
            return margin + String(repeating: " ", count: max(0, 9 - margin.count)) + entry
        }
    }
}

extension GuardPlan {
    /// "availability is below 50% over 10s"
    var words: String {
        switch self {
        case .availabilityBelow(let share, let over):
            "availability is below \(share.percentText) over \(over.text)"
        }
    }
}
