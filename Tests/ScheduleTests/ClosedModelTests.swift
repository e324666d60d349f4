import Measures
import Plan
import Schedule
import Testing

@Suite struct ClosedModelTests {
    @Test("exponential think times have their mean, and the share beyond it that 1/e says")
    func exponential() {
        var model = ClosedModel(
            users: 1,
            think: .exponential(mean: .milliseconds(20)),
            end: .zero,
            seed: 7,
            load: "a"
        )
        let count = 1_000_000
        let pauses = (0..<count).map { _ in Double(model.pause()) }
        let mean = pauses.reduce(0, +) / Double(count)
        // The standard error of the mean is mean / 1000; of the share, 0.0005.
        #expect(abs(mean / 20e6 - 1) < 0.005)
        #expect(abs(Double(pauses.count { $0 > 20e6 }) / Double(count) - 0.36788) < 0.0025)
    }

    @Test("the same seed thinks the same, another load does not")
    func streams() {
        func draws(_ load: String) -> [Int64] {
            let think = ThinkTime.exponential(mean: .seconds(1))
            var model = ClosedModel(users: 3, think: think, end: .zero, seed: 7, load: load)
            return model.begin().map(\.nanoseconds) + (0..<10).map { _ in model.pause() }
        }
        #expect(draws("a") == draws("a"))
        #expect(draws("a") != draws("b"))
    }

    @Test("constant thinkers begin evenly spread over one think time")
    func spread() {
        var model = ClosedModel(users: 4, think: .constant(.seconds(1)), end: .zero, seed: 7, load: "a")
        #expect(model.begin().map(\.seconds) == [0, 0.25, 0.5, 0.75])
        #expect(model.pause() == 1_000_000_000)
    }
}
