import Measures
import Testing

@testable import Timeline

@Suite struct AvailabilityByUserTests {
    /// Requests at whole seconds of three users, and cut-offs in whole seconds: then a worst window begins at one, too.
    private static func events(seed: UInt64) -> [AvailabilityByUser.Event] {
        var generator = SeededGenerator(seed: seed)
        var events: [AvailabilityByUser.Event] = []
        for second in 0..<60 {
            for user in ["a", "b", "c"] where generator.unit() < 0.2 {
                let isGood = generator.unit() < 0.7
                events.append(.init(at: Instant(.seconds(second)), good: isGood, user: user))
            }
        }
        return events
    }

    /// The definition, second by second.
    private static func share(
        _ events: [AvailabilityByUser.Event],
        seconds: Range<Int>,
        cutoff: Int
    ) -> Double? {
        var (up, seen) = (0, 0)
        for second in seconds {
            for user in ["a", "b", "c"] {
                let last = events.last { $0.user == user && $0.at <= Instant(.seconds(second)) }
                guard let last, Instant(.seconds(second)) < last.at + .seconds(cutoff) else { continue }
                seen += 1
                if last.good == 1 { up += 1 }
            }
        }
        return seen > 0 ? Double(up) / Double(seen) : nil
    }

    @Test(
        "share and worst window equal the definition, second by second",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64]
    )
    func definition(seed: UInt64) throws {
        let events = Self.events(seed: seed)
        for cutoff in [2, 7, 100] {
            let users = AvailabilityByUser(of: events, until: Instant(.seconds(60)), cutoff: .seconds(cutoff))
            let share = try #require(users.share)
            let expected = try #require(Self.share(events, seconds: 0..<60, cutoff: cutoff))
            #expect(abs(share - expected) < 1e-12)
            for window in [3, 10, 25, 60] {
                let worst = try #require(users.worst(window: .seconds(window)))
                let all = (0...60 - window).compactMap {
                    Self.share(events, seconds: $0..<$0 + window, cutoff: cutoff)
                }
                let least = try #require(all.min())
                #expect(abs(worst - least) < 1e-12, "window \(window), cut-off \(cutoff)")
            }
        }
    }

    @Test("a user who gives up counts until the cut-off, and not beyond")
    func givesUp() {
        let events = (0..<30).map {
            AvailabilityByUser.Event(at: Instant(.seconds($0)), good: true, user: "a")
        }
        let last = [30, 31].map {
            AvailabilityByUser.Event(at: Instant(.seconds($0)), good: false, user: "a")
        }
        let end = Instant(.seconds(60))
        let cut = AvailabilityByUser(of: events + last, until: end, cutoff: .seconds(10))
        #expect(cut.share == 30.0 / 41)
        let none = AvailabilityByUser(of: events + last, until: end, cutoff: .seconds(60))
        #expect(none.share == 0.5)
    }

    @Test("a window that does not fit has no worst share")
    func tooLong() {
        let users = AvailabilityByUser(
            of: [.init(at: .zero, good: true, user: "a")],
            until: Instant(.seconds(10)),
            cutoff: .seconds(10)
        )
        #expect(users.worst(window: .seconds(11)) == nil)
        #expect(users.worst(window: .seconds(10)) == 1)
    }
}
