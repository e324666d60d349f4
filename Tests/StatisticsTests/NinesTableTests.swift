import Measures
import Statistics
import Testing

struct NinesTableTests {
    @Test("rows go from two to ten nines, and each is exactly its number")
    func rows() throws {
        #expect(NinesTable.rows.map(\.nines) == Array(2...10))
        for row in NinesTable.rows {
            #expect(Nines.count(unavailability: row.unavailability.double, decimals: 6) == Double(row.nines))
            #expect(try (100 - row.percent).divided(byPowerOfTen: 2) == row.unavailability)
            #expect(row.isEstimate == (row.nines >= 7), "what seven nines and more take is an estimate")
        }
        #expect(NinesTable.rows.last?.percent.description == "99.99999999")
    }

    @Test(
        "a percentage belongs to the highest level that it reaches",
        arguments: [("99.95", 3), ("99.9", 3), ("99.89", 2), ("99.9999999999", 10), ("100", 10), ("98", nil)]
    )
    func reached(text: String, nines: Int?) throws {
        #expect(NinesTable.row(reachedBy: try #require(ExactDecimal(text)))?.nines == nines)
    }

    @Test(
        "downtime is written for people",
        arguments: [
            ("0", "0 s", "none"), ("59.9999", "59.9999 s", "all digits below a minute"),
            ("60", "1m 0s", "a minute"), ("3600", "1h 0m 0s", "no unit is left out in the middle"),
            ("86400.0004", "1d 0h 0m 0s", "three decimals"), ("119.9996", "2m 0s", "rounding carries"),
            ("15569.5205", "4h 19m 29.521s", "halves go up"),
            ("0.0001", "0.0001 s", "the last without exponent"),
            ("0.00009", "9e-05 s", "an exponent"), ("0.0000000000123", "1.23e-11 s", "a long exponent"),
            ("-90", "-1m 30s", "negative"),
            ("1e300", "1" + String(repeating: "0", count: 300) + " s", "absurd"),
        ]
    )
    func human(seconds: String, text: String, reason: String) throws {
        #expect(DowntimeText.human(seconds: try #require(ExactDecimal(seconds))) == text, "\(reason)")
    }

    @Test("absurd numbers of seconds are written, not trapped on")
    func absurd() {
        for exponent in [Int.min, -39, 0, 1, 39, .max] {
            for significand in [Int128.min, -7, 0, 7, .max] {
                let value = ExactDecimal(significand: significand, exponent: exponent)
                #expect(DowntimeText.human(seconds: value).hasSuffix("s"))
            }
        }
    }

    @Test("periods have distinct names, and twelve months or four quarters are a year")
    func periods() throws {
        #expect(Set(NinesPeriod.all.map(\.name)).count == NinesPeriod.all.count)
        for year in NinesPeriod.Year.allCases {
            #expect(NinesPeriod.quarter(year).seconds * 4 == NinesPeriod.year(year).seconds)
            #expect(NinesPeriod.month(year).seconds * 12 == NinesPeriod.year(year).seconds)
            let days = try #require(ExactDecimal(year.rawValue))
            #expect(try days * 86_400 == ExactDecimal(NinesPeriod.year(year).seconds))
        }
    }

    @Test("an outage of 12 s may come 262.8 times a year at 99.99 %")
    func affordable() throws {
        let objective = try #require(ExactDecimal("99.99"))
        let rate = { (outage: Duration, share: Double) in
            Affordable.perYear(
                objectivePercent: objective,
                outage: outage,
                shareHit: share,
                yearSeconds: 31_536_000
            )
        }
        #expect(abs(rate(.seconds(12), 1) - 262.8) < 1e-10)
        #expect(abs(rate(.seconds(12), 0.5) - 525.6) < 1e-10)
        #expect(rate(.zero, 1) == .infinity)
        #expect(rate(.seconds(1), 0) == .infinity)
        let never = Affordable.perYear(
            objectivePercent: 100,
            outage: .seconds(1),
            shareHit: 1,
            yearSeconds: 31_536_000
        )
        #expect(never == 0)
    }

    @Test("99.95 % is 3.30 nines, never rounded up")
    func fractions() throws {
        let u = Nines.unavailability(percent: try #require(ExactDecimal("99.95")))
        #expect(u == 0.0005)
        #expect(Nines.count(unavailability: u, decimals: 2) == 3.3)
        #expect(Nines.count(unavailability: 1.05e-5, decimals: 1) == 4.9)
        #expect(Nines.count(unavailability: 0) == .infinity)
        #expect(Nines.count(unavailability: 1) == 0)
    }
}
