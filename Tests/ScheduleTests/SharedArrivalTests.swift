import Measures
import Plan
import Testing

@testable import Schedule

/// The senders of a load together send exactly the load.
@Suite struct SharedArrivalTests {
    private static let processes: [(String, ArrivalProcess)] = [
        ("constant", .constant(perSecond: 10_000)), ("Poisson", .poisson(perSecond: 10_000)),
        ("a ramp", .ramp(fromPerSecond: 0, toPerSecond: 20_000)),
        (
            "steps",
            .steps([
                RateStep(perSecond: 20_000, lasting: .seconds(40)),
                RateStep(perSecond: 0, lasting: .seconds(20)),
                RateStep(perSecond: 5_000, lasting: .seconds(1)),
            ])
        ),
        (
            "a sine",
            .sine(SineRate(meanPerSecond: 10_000, amplitudePerSecond: 9_000, period: .seconds(7)))
        ),
        (
            "a trace",
            .trace(
                ArrivalTrace(
                    shape: .counts(TraceCounts(every: .seconds(1), counts: [0, 20_000, 10_000])),
                    period: .seconds(3)
                )
            )
        ),
    ]

    private func arrivals(_ process: ArrivalProcess, _ share: LoadShare = .whole) -> ArrivalSequence {
        ArrivalSequence(
            process: process,
            end: Instant(.seconds(100)),
            seed: 7,
            load: "browse",
            share: share
        )
    }

    @Test(
        "of a million arrivals each is due at one of them, at the instant that it has in the whole load",
        arguments: 0..<6
    )
    func union(_ index: Int) {
        let (what, process) = Self.processes[index]
        let whole = Array(arrivals(process))
        #expect(whole.count > 900_000, "\(what)")
        let weights = [3, 1, 2]
        var seen = [Bool](repeating: false, count: whole.count)
        var isRight = true
        for place in weights.indices {
            let share = LoadShare(weights: weights, place: place)
            let numbers = share.numbers
            var own: UInt64 = 0
            for due in arrivals(process, share) {
                let number = Int(numbers.number(ofOwn: own))
                isRight = isRight && whole[number] == due && !seen[number]
                seen[number] = true
                own += 1
            }
        }
        #expect(isRight && seen.allSatisfy { $0 }, "\(what)")
    }

    @Test("users of a closed model are somebody's each, and begin where they would have with one sender")
    func users() {
        let end = Instant(.seconds(10))
        let model = { (share: LoadShare) in
            ClosedModel(users: 100, think: .constant(.seconds(1)), end: end, seed: 1, load: "a", share: share)
        }
        var whole = model(.whole)
        var starts: [Instant] = []
        var users = 0
        for place in 0..<3 {
            var part = model(LoadShare(weights: [5, 1, 1], place: place))
            starts += part.begin()
            users += part.users
        }
        #expect(starts.sorted() == whole.begin().sorted() && users == 100)
    }

    @Test("think times of one sender's users are not those of another's")
    func thinking() {
        let pauses = [
            LoadShare.whole, LoadShare(weights: [1, 1], place: 0), LoadShare(weights: [1, 1], place: 1),
        ]
        .map { share in
            var model = ClosedModel(
                users: 2,
                think: .exponential(mean: .seconds(1)),
                end: Instant(.seconds(10)),
                seed: 1,
                load: "a",
                share: share
            )
            return (0..<8).map { _ in model.pause() }
        }
        #expect(Set(pauses).count == 3)
    }
}
