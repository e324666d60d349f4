/// A stretch of time over which downtime is counted.
package struct NinesPeriod: Sendable, Equatable {
    /// Short and stable, for files: "year365", "month30d".
    package let name: String
    /// For people: "year (365 d)".
    package let label: String
    package let seconds: Int

    /// The length of a year must be printed beside a number: the lengths differ in the fourth digit.
    package enum Year: String, Sendable, CaseIterable {
        /// The default; what cloud contracts call a service year.
        case plain = "365"
        case julian = "365.25"
        case gregorian = "365.2425"

        package var seconds: Int {
            switch self {
            case .plain: 31_536_000
            case .julian: 31_557_600
            case .gregorian: 31_556_952
            }
        }
    }

    package static func year(_ year: Year = .plain) -> NinesPeriod {
        NinesPeriod(name: "year\(year.rawValue)", label: "year (\(year.rawValue) d)", seconds: year.seconds)
    }

    package static func quarter(_ year: Year = .plain) -> NinesPeriod {
        NinesPeriod(
            name: "quarter\(year.rawValue)",
            label: "quarter (\(year.rawValue)/4 d)",
            seconds: year.seconds / 4
        )
    }

    /// A twelfth of a year.
    package static func month(_ year: Year = .plain) -> NinesPeriod {
        NinesPeriod(
            name: "month_of_year\(year.rawValue)",
            label: "month (\(year.rawValue)/12 d)",
            seconds: year.seconds / 12
        )
    }

    package static let month30Days = NinesPeriod(name: "month30d", label: "month (30 d)", seconds: 2_592_000)
    package static let window28Days = NinesPeriod(name: "window28d", label: "28 d window", seconds: 2_419_200)
    package static let week = NinesPeriod(name: "week", label: "week", seconds: 604_800)
    package static let day = NinesPeriod(name: "day", label: "day", seconds: 86_400)
    package static let hour = NinesPeriod(name: "hour", label: "hour", seconds: 3_600)

    /// Every period, the years' first.
    package static let all: [NinesPeriod] =
        Year.allCases.flatMap { [year($0), quarter($0), month($0)] }
        + [month30Days, window28Days, week, day, hour]

    package static func named(_ name: String) -> NinesPeriod? {
        all.first { $0.name == name }
    }
}
