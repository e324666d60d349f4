import Measures
import Testing

@testable import Timeline

/// The wording of the large clouds' agreements, in seconds.
@Suite struct AgreementTests {
    /// 10 requests a second, of which so many are good; nil: no request.
    private func seconds(_ good: [(count: Int, good: Int?)]) -> [Slice] {
        var slices: [Slice] = []
        for (count, good) in good {
            for _ in 0..<count {
                slices.append(
                    Slice(
                        start: Instant(.seconds(slices.count)),
                        due: good == nil ? 0 : 10,
                        good: good ?? 0
                    )
                )
            }
        }
        return slices
    }

    @Test(
        "45 s down are no minute, 119 s are one, and two of 70 s are two",
        arguments: [
            ([(45, 0)], 0), ([(119, 0)], 60), ([(70, 0), (1, 10), (70, 0)], 120), ([(300, 0)], 300),
            // One good request in a second ends it; a second without a request does not.
            ([(40, 0), (1, 1), (40, 0)], 0), ([(40, 0), (5, nil), (40, 0)], 60),
            // Silence at the edges is not known to be down.
            ([(30, nil), (40, 0), (30, nil), (1, 10)], 0), ([(600, nil)], 0), ([], 0),
        ] as [([(Int, Int?)], Int)]
    )
    func wholeMinutes(_ stretches: [(Int, Int?)], down: Int) {
        let slices = seconds([(100, 10)] + stretches.map { (count: $0.0, good: $0.1) })
        #expect(AvailabilityByAgreement.downtime(in: slices) == down)
    }

    @Test("a minute is down with more than a tenth of at least 100 attempts bad; a part of a minute is none")
    func errorMinutes() {
        // 600 requests a minute: 60 bad are a tenth, 61 are more.
        let tenth = seconds([(54, 10), (6, 0)])
        let more = seconds([(53, 10), (1, 9), (6, 0)])
        #expect(AvailabilityByAgreement.minutes(in: tenth) == (1, 0))
        #expect(AvailabilityByAgreement.minutes(in: more) == (1, 1))
        #expect(AvailabilityByAgreement.minutes(in: tenth + more + seconds([(59, 0)])) == (2, 1))
        // 90 attempts, all bad.
        #expect(AvailabilityByAgreement.minutes(in: seconds([(9, 0), (51, nil)])) == (1, 0))
        #expect(AvailabilityByAgreement.minutes(in: [Slice]()) == (0, 0))
    }

    @Test("each period of five minutes weighs the same, whatever its traffic")
    func errorRates() {
        let slices = seconds([(300, 10)]) + seconds([(10, 0), (290, nil)]) + seconds([(300, nil), (30, 5)])
        #expect(AvailabilityByAgreement.errorRates(in: slices) == [0, 1, 0, 0.5])
    }
}
