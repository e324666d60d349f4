import Statistics

/// The columns of the nines table for one length of the year.
struct NinesPeriods {
    let yearDays: String
    let yearSeconds: Double
    let columns: [(name: String, period: NinesPeriod)]

    /// Nil for a year that is none of the three.
    init?(year: String) {
        guard let length = NinesPeriod.Year(rawValue: year) else { return nil }
        yearDays = length.rawValue
        yearSeconds = Double(length.seconds)
        columns = [
            ("year", .year(length)), ("quarter", .quarter(length)), ("month (30 d)", .month30Days),
            ("week", .week),
            ("day", .day),
        ]
    }
}
