import Statistics
import Testing

struct ReferenceCasesForSequentialTests {
    @Test("the probability ratio test decides where the reference does")
    func ratioTest() throws {
        for row in try CaseTable("sprt_cases.csv").rows {
            let test = try #require(
                SequentialTest(
                    good: row.double("q_good"),
                    bad: row.double("q_bad"),
                    alpha: row.double("alpha"),
                    beta: row.double("beta")
                ),
                "\(row.text)"
            )
            expectClose(test.upperBoundary, try row.double("upper_log_boundary"), row)
            expectClose(test.lowerBoundary, try row.double("lower_log_boundary"), row)
            expectClose(test.perFailure, try row.double("llr_per_failure"), row)
            expectClose(test.perSuccess, try row.double("llr_per_success"), row)
            let failures = try row.int("failures")
            let good = try row.int("accept_good_at_n")
            #expect(test.acceptsGood(withFailures: failures) == good, "\(row.text)")
            #expect(test.decision(failures: failures, of: good) == .good, "\(row.text)")
            #expect(test.decision(failures: failures, of: good - 1) != .good, "\(row.text)")
            let bad = try row.optionalInt("call_bad_if_n_at_most")
            #expect(test.callsBad(withFailures: failures) == bad, "\(row.text)")
            guard let bad else { continue }
            #expect(test.decision(failures: failures, of: bad) == .bad, "\(row.text)")
            #expect(test.decision(failures: failures, of: bad + 1) != .bad, "\(row.text)")
        }
    }

    @Test("e-values agree with the reference to 1e-10, and so does what they reject")
    func eValues() throws {
        for row in try CaseTable("eprocess_cases.csv").rows {
            let process = try #require(
                EProcess(
                    bound: row.double("q0"),
                    priorA: row.double("prior_a"),
                    priorB: row.double("prior_b")
                ),
                "\(row.text)"
            )
            let (n, failures) = (try row.int("n"), try row.int("failures"))
            expectClose(process.logValue(failures: failures, of: n), try row.double("log_e_value"), row)
            let rejects = process.rejects(failures: failures, of: n, confidence: 0.95)
            #expect(rejects == (try row.int("rejects_q_ge_q0_at_0.05") == 1), "\(row.text)")
        }
    }

    @Test("confidence sequences agree with the reference to 1e-10")
    func confidenceSequences() throws {
        for row in try CaseTable("confseq_cases.csv").rows {
            let sequence = try #require(
                ConfidenceSequence(priorA: row.double("prior_a"), priorB: row.double("prior_b")),
                "\(row.text)"
            )
            let interval = sequence.interval(
                failures: try row.int("failures"),
                of: try row.int("n"),
                alpha: try row.double("alpha")
            )
            expectClose(interval.lower, try row.double("lower"), row)
            expectClose(interval.upper, try row.double("upper"), row)
        }
    }
}
