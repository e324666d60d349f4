import Foundation
import Measures
import Statistics
import Testing

struct ReferenceCasesForComposition {
    @Test("measured rates and lengths of outages compose as the reference says")
    func composition() throws {
        for row in try CaseTable("compose_cases.csv").rows {
            let measured = MeasuredOutages(
                outages: try row.int("outages"),
                observedSeconds: try row.double("observed_seconds"),
                recoveryRuns: try row.int("recovery_runs"),
                recoverySeconds: try row.double("recovery_total_seconds")
            )
            let point = try #require(measured.point, "\(row.text)")
            let upper = try #require(measured.upper(confidence: row.double("confidence")), "\(row.text)")
            expectClose(point, try row.double("unavailability_point"), row)
            expectClose(upper, try row.double("unavailability_upper"), row)
            // The file has three decimals, cut.
            let nines = Nines.count(unavailability: upper, decimals: 3)
            expectClose(nines, try row.double("nines_lower"), row)
        }
    }

    @Test("systems of components have exactly the reference's unavailability")
    func systems() throws {
        for row in try CaseTable("system_cases.csv").rows {
            let components = try row.string("component_availabilities").split(separator: ";").map {
                try #require(ExactDecimal($0), "\(row.text)")
            }
            guard let needed = try needed(row, components.count) else {
                Issue.record("unknown kind: \(row.text)")
                continue
            }
            let system = SystemAvailability(needed: needed, of: components)
            let expected = try row.double("unavailability")
            expectClose(system.unavailability, expected, row)
            // Where 38 digits hold both the file's value and ours, every one of them.
            if let exact = try? system.exactUnavailability(),
                let all = ExactDecimal(try row.string("unavailability"))
            {
                #expect(exact == all || distance(exact.double, expected) < 1e-15, "\(row.text)")
            }
        }
    }

    private func needed(_ row: CaseRow, _ count: Int) throws -> Int? {
        switch try row.string("kind") {
        case "all must work": return count
        case "any must work": return 1
        case "quorum":
            let parts = try row.string("system").split(separator: "-")
            guard parts.count == 3, parts[1] == "of", Int(parts[2]) == count else { return nil }
            return Int(parts[0])
        default: return nil
        }
    }

    @Test("posteriors and predictions agree with the reference to 1e-10")
    func posteriors() throws {
        for row in try CaseTable("bayes_cases.csv").rows {
            let posterior = try #require(
                BetaPosterior(
                    failures: row.int("failures"),
                    of: row.int("n"),
                    priorA: row.double("prior_a"),
                    priorB: row.double("prior_b")
                ),
                "\(row.text)"
            )
            let expected = try row.double("value")
            switch try row.string("quantity") {
            case "predictive_at_most_k":
                let next = try row.int("next_n_or_q0")
                let value = posterior.probability(atMost: try row.int("k"), failuresOfNext: next)
                expectClose(try #require(value, "\(row.text)"), expected, row)
            case "posterior_q_below":
                expectClose(posterior.probability(below: try row.double("next_n_or_q0")), expected, row)
            default: Issue.record("unknown quantity: \(row.text)")
            }
        }
    }
}
