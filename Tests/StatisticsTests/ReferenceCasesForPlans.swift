import Measures
import Statistics
import Testing

struct ReferenceCasesForPlans {
    @Test("sample sizes are the reference's, to the last request")
    func sampleSizes() throws {
        for row in try CaseTable("sample_size_cases.csv").rows {
            let confidence = try row.double("confidence")
            let target = try row.string("target_unavailability_or_quantile")
            let allowed = try row.int("allowed_failures")
            let unavailability = try row.double("target_unavailability_or_quantile")
            let expected = try row.int("n_required")
            switch try row.string("plan") {
            case "zero_failures_one_sided":
                let n = SampleSize.zeroFailures(unavailability: unavailability, confidence: confidence)
                #expect(n == expected, "\(row.text)")
                #expect(allowed == 0, "\(row.text)")
            case "max_failures_one_sided":
                let n = SampleSize.required(
                    unavailability: unavailability,
                    allowedFailures: allowed,
                    confidence: confidence
                )
                #expect(n == expected, "\(row.text)")
            case "quantile_finite_upper_two_sided":
                let quantile = try #require(ExactDecimal(target), "\(row.text)")
                let n = SampleSize.finiteQuantileBound(quantile, confidence: confidence)
                #expect(n == expected, "\(row.text)")
            default: Issue.record("unknown plan: \(row.text)")
            }
        }
    }

    @Test("plans with a power allow the reference's failures")
    func powerPlans() throws {
        for row in try CaseTable("power_plan_cases.csv").rows {
            let plan = try #require(
                PowerPlan(
                    confidence: row.double("confidence"),
                    trueOverTarget: fraction(row.double("true_over_target")),
                    power: row.double("power")
                ),
                "\(row.text)"
            )
            #expect(plan.allowedFailures == (try row.int("allowed_failures")), "\(row.text)")
            expectClose(plan.expectedAtTarget, try row.double("n_times_target_unavailability"), row)
            expectClose(plan.achievedPower, try row.double("achieved_power"), row)
        }
    }

    /// The column has four decimals: 0.3333 was computed as 1/3.
    private func fraction(_ rounded: Double) -> Double {
        for below in 1...20 {
            let above = (rounded * Double(below)).rounded()
            let exact = above / Double(below)
            if abs(exact - rounded) < 0.000_05 { return exact }
        }
        return rounded
    }
}
