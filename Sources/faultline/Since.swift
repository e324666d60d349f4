import ArgumentParser
import Foundation

/// "7d": so long ago; "2026-11-23" or "2026-11-23T10:15:00Z": then, UTC.
struct Since: ExpressibleByArgument, Equatable {
    private enum Kind: Equatable {
        case ago(seconds: Double)
        case at(Date)
    }

    private let kind: Kind

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    init?(argument text: String) {
        if let unit = text.last.flatMap({ Self.units[$0] }), let count = Double(text.dropLast()), count >= 0,
            count.isFinite
        {
            kind = .ago(seconds: count * unit)
        } else if let date = try? Date(text, strategy: .iso8601) {
            kind = .at(date)
        } else if let day = try? Date(text, strategy: Date.ISO8601FormatStyle().year().month().day()) {
            kind = .at(day)
        } else {
            return nil
        }
    }

    /// Since 1970.
    func seconds(before now: Date) -> Double {
        switch kind {
        case .ago(let seconds): now.timeIntervalSince1970 - seconds
        case .at(let date): date.timeIntervalSince1970
        }
    }
}
