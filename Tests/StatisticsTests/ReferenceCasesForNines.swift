import Measures
import Statistics
import Testing

struct ReferenceCasesForNines {
    @Test("downtimes are exact, and written as the reference writes them")
    func downtimes() throws {
        for row in try CaseTable("nines.csv").rows {
            let percent = try #require(ExactDecimal(try row.string("availability_percent")), "\(row.text)")
            guard let period = NinesPeriod.named(try row.string("period")) else {
                Issue.record("unknown period: \(row.text)")
                continue
            }
            #expect(
                ExactDecimal(period.seconds) == ExactDecimal(try row.string("period_seconds")),
                "\(row.text)"
            )
            let downtime = try NinesTable.downtime(percent: percent, in: period)
            #expect(downtime == ExactDecimal(try row.string("downtime_seconds_exact")), "\(row.text)")
            #expect(
                DowntimeText.human(seconds: downtime) == (try row.string("downtime_human")),
                "\(row.text)"
            )
            expectClose(
                Nines.unavailability(percent: percent),
                try row.double("unavailability"),
                row,
                within: 0
            )
        }
    }
}
