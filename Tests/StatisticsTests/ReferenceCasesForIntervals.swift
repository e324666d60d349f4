import Statistics
import Testing

/// Values computed with 50 digits; scipy's own are wrong in the 9th digit for n = 10^9.
struct ReferenceCasesForIntervals {
    @Test("bounds on a share agree with the reference to 1e-10")
    func intervals() throws {
        for row in try CaseTable("reference_cases.csv").rows {
            guard let actual = try interval(row) else {
                Issue.record("unknown method: \(row.text)")
                continue
            }
            expectClose(actual.lower, try row.double("lower"), row)
            expectClose(actual.upper, try row.double("upper"), row)
        }
    }

    private func interval(_ row: CaseRow) throws -> Interval? {
        let method = try row.string("method")
        let (x, confidence) = (try row.int("failures"), try row.double("confidence"))
        if method.hasPrefix("poisson_") {
            // Here n is the exposure.
            let exposure = try row.double("n")
            switch method {
            case "poisson_garwood":
                return Garwood.interval(events: x, exposure: exposure, confidence: confidence)
            case "poisson_upper":
                return below(Garwood.upper(events: x, exposure: exposure, confidence: confidence))
            default: return nil
            }
        }
        let n = try row.int("n")
        switch method {
        case "clopper_pearson": return ClopperPearson.interval(failures: x, of: n, confidence: confidence)
        case "cp_upper": return below(ClopperPearson.upper(failures: x, of: n, confidence: confidence))
        case "cp_lower":
            return Interval(lower: ClopperPearson.lower(failures: x, of: n, confidence: confidence), upper: 1)
        case "wilson": return Wilson.interval(failures: x, of: n, confidence: confidence)
        case "wilson_upper": return below(Wilson.upper(failures: x, of: n, confidence: confidence))
        case "agresti_coull": return AgrestiCoull.interval(failures: x, of: n, confidence: confidence)
        case "jeffreys": return Jeffreys.interval(failures: x, of: n, confidence: confidence)
        case "jeffreys_upper": return below(Jeffreys.upper(failures: x, of: n, confidence: confidence))
        case "bayes_uniform": return UniformPrior.interval(failures: x, of: n, confidence: confidence)
        case "bayes_uniform_upper":
            return below(UniformPrior.upper(failures: x, of: n, confidence: confidence))
        case "midp": return MidP.interval(failures: x, of: n, confidence: confidence)
        case "zero_fail_exact": return below(ZeroFailures.exact(of: n, confidence: confidence))
        case "zero_fail_log": return below(ZeroFailures.logForm(of: n, confidence: confidence))
        case "rule_of_three": return below(ZeroFailures.ruleOfThree(of: n))
        default: return nil
        }
    }

    private func below(_ upper: Double) -> Interval {
        Interval(lower: 0, upper: upper)
    }
}
