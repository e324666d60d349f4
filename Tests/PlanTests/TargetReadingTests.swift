import Measures
import Testing

@testable import Plan

/// What targets may say, and what is refused.
@Suite struct TargetReadingTests {
    private static func targets(_ text: String) throws -> TargetsPlan {
        let file = BadFile(
            "",
            replacing: "  availability: { objective: \"99.9\", load: browse }",
            with: text,
            expects: []
        )
        return try Plan(yaml: file.yaml, fileName: "web.yaml").targets
    }

    @Test(
        "an objective is written as a percentage, as nines or as a share, and is the same",
        arguments: [
            "objective: \"99.99\"", "objective: 99.99", "objective: 99.99%", "nines: 4", "target: 0.9999",
        ]
    )
    func objectives(_ words: String) throws {
        let targets = try Self.targets("  availability: { \(words) }")
        #expect(targets.availability.map(\.objective) == [ExactDecimal(significand: 9999, exponent: -2)])
    }

    @Test func `a target has a window, a share of good in a slice, a name and an answer to too little data`()
        throws
    {
        let targets = try Self.targets(
            """
              availability: { name: checkout, nines: 3, counting: slices, slice: 5s, slice-target: 95%, window: 4w,
                on-insufficient-data: fail, stop-early: true }
              latency: { quantile: p99, below: 50ms, on-insufficient-data: fail, name: quick }
            """
        )
        let availability = try #require(targets.availability.first)
        #expect(availability.name == "checkout")
        #expect(availability.slice == .seconds(5))
        #expect(availability.sliceTarget == Share("95%"))
        #expect(availability.window == .seconds(28 * 86_400))
        #expect(availability.whenInsufficient == .fail)
        #expect(availability.stopsEarly)
        #expect(targets.latency.map(\.whenInsufficient) == [.fail])
        #expect(targets.latency.map(\.name) == ["quick"])
    }

    @Test func `users are counted by slices`() throws {
        let targets = try Self.targets("  availability: { nines: 3, counting: users, slice: 5s }")
        let availability = try #require(targets.availability.first)
        #expect(availability.counting == .users)
        #expect(availability.slice == .seconds(5))
        let text = CanonicalText.targets(targets).joined()
        #expect(text.contains("counting: users, slice: 5s"), "\(text)")
    }

    @Test func `recovery claims times, outages, errors and bursts, of one fault or of all`() throws {
        let targets = try Self.targets(
            """
              recovery:
                - { within: 5s, steady-for: 2s }
                - { fault: crash, within: 1s, after: fault-end, outage: 10s, errors: 500, longest-burst: 200, steady-for: 2s }
            """
        )
        #expect(
            targets.recovery == [
                RecoveryTarget(within: .seconds(5), steadyFor: .seconds(2)),
                RecoveryTarget(
                    fault: "crash",
                    within: .seconds(1),
                    origin: .faultEnd,
                    outage: .seconds(10),
                    errors: 500,
                    longestBurst: 200,
                    steadyFor: .seconds(2)
                ),
            ]
        )
    }

    private static let old = "  availability: { objective: \"99.9\", load: browse }"

    private static let bad = [
        BadFile(
            "an objective twice",
            replacing: old,
            with: "  availability: { nines: 3, target: 0.999 }",
            expects: [
                "17:17: error: availability has an objective twice; expected objective: \"99.9\", nines: 3 or target: 0.999"
            ]
        ),
        BadFile(
            "a share that is a percentage",
            replacing: old,
            with: "  availability: { target: 99.9 }",
            expects: ["17:27: error: target is '99.9'; expected a share between 0 and 1, such as 0.999"]
        ),
        BadFile(
            "a share of good in a slice where requests are counted",
            replacing: old,
            with: "  availability: { nines: 3, slice-target: 95% }",
            expects: ["17:29: error: slice-target has no meaning here; expected counting: slices with it"]
        ),
        BadFile(
            "a share of good in a slice where users are counted",
            replacing: old,
            with: "  availability: { nines: 3, counting: users, slice-target: 95% }",
            expects: ["17:46: error: slice-target has no meaning here; expected counting: slices with it"]
        ),
        BadFile(
            "an early stop of users",
            replacing: old,
            with: "  availability: { nines: 3, counting: users, stop-early: true }",
            expects: [
                "17:46: error: stop-early with counting: users, for which no test holds at any time; expected counting: requests or slices with it, or no stop-early"
            ]
        ),
        BadFile(
            "a counting that is close to one",
            replacing: old,
            with: "  availability: { nines: 3, counting: user }",
            expects: [
                "17:39: error: 'user' is no counting; expected requests, slices, users. Did you mean 'users'?"
            ]
        ),
        BadFile(
            "a window without a unit",
            replacing: old,
            with: "  availability: { nines: 3, window: 30 }",
            expects: ["17:37: error: window is '30'; expected a window such as 30d (units: h, d, w)"]
        ),
        BadFile(
            "an early stop of a part",
            replacing: old,
            with: "  availability: { nines: 3, phase: baseline, stop-early: true }",
            expects: [
                "17:46: error: stop-early with a phase; expected a target of the whole run, which can end early"
            ]
        ),
        BadFile(
            "a recovery that claims nothing",
            replacing: old,
            with: "  recovery: { steady-for: 3s }",
            expects: [
                "17:13: error: recovery says nothing that can be missed; expected one of within, outage, errors, "
                    + "longest-burst, such as within: 5s"
            ]
        ),
        BadFile(
            "from when, and not how long",
            replacing: old,
            with: "  recovery: { outage: 3s, after: fault-end }",
            expects: [
                "17:27: error: after says from when within counts, and there is no within; expected both"
            ]
        ),
        BadFile(
            "two rules for one run",
            replacing: old,
            with: "  recovery: [ { within: 3s }, { outage: 1s, steady-for: 4s } ]",
            expects: ["17:31: error: steady-for is 4s here and 3s before; expected the same for all"]
        ),
        BadFile(
            "a fault that the file does not have",
            replacing: old,
            with: "  recovery: { fault: crush, within: 3s }",
            expects: [
                "17:22: error: unknown fault 'crush'; expected crash, slow. Did you mean 'crash'?"
            ]
        ),
    ]

    @Test("what a target cannot say is named with its place", arguments: bad)
    func refusals(_ file: BadFile) { file.check() }
}
