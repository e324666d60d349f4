import Statistics
import Testing

/// Alerts on the burn of an error budget (guides: slo 4.3).
@Suite struct BurnRateTests {
    private let month = 30 * 86_400.0
    private let page = BurnRateAlert.usual[0]

    @Test("the four usual alerts burn 14.4, 6, 3 and 1 times")
    func factors() {
        let factors = BurnRateAlert.usual.map { $0.factor(budgetOf: month) }
        for (factor, expected) in zip(factors, [14.4, 6, 3, 1]) { #expect(abs(factor - expected) < 1e-12) }
    }

    @Test(
        "a full outage pages after 14.4 u × 3600 s, looked at each second",
        arguments: [
            (1e-3, 52), (1e-4, 6), (1e-5, 1),
        ]
    )
    func fullOutage(allowed: Double, seconds: Int) {
        let watch = BurnRateWatch(Array(repeating: (due: 1000, bad: 1000), count: 100), rate: 1000)
        #expect(watch.rings(page, allowed: allowed, budgetOf: month) == seconds)
    }

    @Test("an outage a second shorter never pages")
    func tooShort() {
        let outage = Array(repeating: (due: 1000, bad: 1000), count: 51)
        let after = Array(repeating: (due: 1000, bad: 0), count: 4000)
        #expect(BurnRateWatch(outage + after, rate: 1000).rings(page, allowed: 1e-3, budgetOf: month) == nil)
    }

    @Test("what has left the long window burns no more")
    func forgets() {
        let bad = Array(repeating: (due: 1000, bad: 1000), count: 40)
        let good = Array(repeating: (due: 1000, bad: 0), count: 3590)
        #expect(
            BurnRateWatch(bad + good + bad, rate: 1000).rings(page, allowed: 1e-3, budgetOf: month) == nil
        )
        #expect(
            BurnRateWatch(bad + Array(good.prefix(60)) + bad, rate: 1000).rings(
                page,
                allowed: 1e-3,
                budgetOf: month
            ) == 112
        )
    }

    @Test("nothing bad, nothing asked, and an objective that any outage stays within: it does not ring")
    func silent() {
        #expect(
            BurnRateWatch([(due: 10, bad: 0)], rate: 10).rings(page, allowed: 1e-9, budgetOf: month) == nil
        )
        #expect(BurnRateWatch([], rate: 0).rings(page, allowed: 0.001, budgetOf: month) == nil)
        let dead = Array(repeating: (due: 10, bad: 10), count: 5000)
        #expect(BurnRateWatch(dead, rate: 10).rings(page, allowed: 0.1, budgetOf: month) == nil)
    }
}
