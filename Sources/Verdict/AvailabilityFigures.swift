import Measures
import Schedule
package import Timeline

/// One load's availability in every definition, side by side, in the phases of one name or in the whole run.
///
/// Requests are counted in all of the phase. Everything that is counted in seconds or windows is counted in whole ones that
/// lie within it, from its first whole second on.
package struct AvailabilityFigures: Sendable, Codable, Equatable {
    package var load: String
    /// "baseline", a fault's name, "recovery"; nil: the whole run.
    package var phase: String?
    package var seconds: Double
    /// In the order of `AvailabilityDefinition.allCases`.
    package var shares: [DefinedShare]

    package subscript(_ definition: AvailabilityDefinition) -> DefinedShare? {
        shares.first { $0.definition == definition }
    }

    /// Every load, over the whole run and then by phase in the order in which their names first appear; nil without a load.
    package static func all(of timeline: Timeline) -> [AvailabilityFigures]? {
        let names: [String?] = [nil] + timeline.phaseNames
        let figures = timeline.loads.flatMap { load in
            names.compactMap { AvailabilityFigures(of: load, phase: $0, in: timeline) }
        }
        return figures.isEmpty ? nil : figures
    }

    private init?(of load: LoadTimeline, phase: String?, in timeline: Timeline) {
        guard let sample = Sample(of: timeline, load: load.name, phase: phase) else { return nil }
        let phases = timeline.phases.filter { $0.name == phase }
        let stretches = phase == nil ? [.zero..<timeline.end] : phases.map { $0.start..<$0.end }
        let users = SendingUsers(load)
        self.load = load.name
        self.phase = phase
        seconds = sample.length.seconds
        shares = AvailabilityDefinition.allCases.map { definition in
            switch definition {
            case .requests:
                DefinedShare(
                    definition,
                    AvailabilityByRequest.share(good: sample.tally.good, of: sample.due),
                    good: sample.tally.good,
                    of: sample.due
                )
            case .time:
                DefinedShare(
                    definition,
                    AvailabilityByTime.share(
                        outages: load.outages,
                        requests: sample.due,
                        in: stretches.filter { !$0.isEmpty }
                    )
                )
            case .seconds, .tenSeconds, .minutes: DefinedShare(definition, windowsOf: sample.stretches)
            case .users: DefinedShare(definition, users.share(in: sample.stretches))
            case .downMinutes:
                DefinedShare(definition, Self.upTime(of: sample))
            case .errorMinutes:
                DefinedShare(definition, minutesOf: sample.stretches)
            case .fiveMinuteErrorRates:
                DefinedShare(definition, Self.meanOfRates(sample))
            }
        }
    }

    private static func upTime(of sample: Sample) -> Double? {
        let seconds = sample.stretches.reduce(0) { $0 + $1.count }
        guard sample.due > 0, seconds > 0 else { return nil }
        let down = sample.stretches.reduce(0) { $0 + AvailabilityByAgreement.downtime(in: $1) }
        return 1 - Double(down) / Double(seconds)
    }

    private static func meanOfRates(_ sample: Sample) -> Double? {
        let rates = sample.stretches.flatMap { AvailabilityByAgreement.errorRates(in: $0) }
        guard sample.due > 0, !rates.isEmpty else { return nil }
        return 1 - rates.reduce(0, +) / Double(rates.count)
    }
}

/// An availability by one definition.
package struct DefinedShare: Sendable, Codable, Equatable {
    package var definition: AvailabilityDefinition
    /// 0 to 1; nil: there is nothing to count, or the phase is too short.
    package var share: Double?
    /// What was counted, where it is a count.
    package var good: Int?
    package var of: Int?
    /// Windows without a request: neither good nor bad.
    package var noData: Int?

    init(_ definition: AvailabilityDefinition, _ share: Double?, good: Int? = nil, of all: Int? = nil) {
        self.definition = definition
        self.share = share
        self.good = good
        self.of = all
    }

    init(_ definition: AvailabilityDefinition, windowsOf stretches: [[Slice]]) {
        let width = definition.window ?? 1
        let windows = stretches.map { slices in
            let marks = slices.flatMap { slice in
                let at = Instant(slice.start - (slices.first?.start ?? .zero))
                return [
                    Mark(at: at, good: true, count: slice.good),
                    Mark(at: at, good: false, count: slice.due - slice.good),
                ]
            }
            return AvailabilityByWindow(
                of: marks,
                until: Instant(.seconds(slices.count / width * width)),
                window: .seconds(width),
                threshold: 1
            )
        }
        let good = windows.reduce(0) { $0 + $1.good }
        let all = windows.reduce(good) { $0 + $1.bad }
        self.init(definition, AvailabilityByRequest.share(good: good, of: all), good: good, of: all)
        noData = windows.reduce(0) { $0 + $1.noData }
    }

    init(_ definition: AvailabilityDefinition, minutesOf stretches: [[Slice]]) {
        let minutes = stretches.map { AvailabilityByAgreement.minutes(in: $0) }
        let all = minutes.reduce(0) { $0 + $1.all }
        let good = minutes.reduce(all) { $0 - $1.down }
        self.init(definition, AvailabilityByRequest.share(good: good, of: all), good: good, of: all)
    }
}
