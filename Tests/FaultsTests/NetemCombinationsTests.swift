import Impairments
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing

@testable import Faults

/// Plays the kernel's part: a packet passes the rules of all faults in the order of their numbers.
private struct Steering {
    var combinations = NetemCombinations()
    private var rules: [Int32: (traffic: Set<String>, steps: [NetemCombinations.Step])] = [:]

    @discardableResult
    mutating func arm(
        _ id: String,
        peers: [String],
        _ impairment: Impairment = Impairment(latency: .seconds(1)),
        window: ActingWindow = ActingWindow(start: 0, end: 100),
        mixesDuplicates: Bool = true
    ) throws -> Int32 {
        let fault = NetemCombinations.Fault(
            id: id,
            spec: NetemSpec(impairment),
            traffic: TrafficFilter(peers: peers.compactMap { AddressPrefix($0) }),
            window: window
        )
        let admission = try combinations.admit(fault, mixesDuplicates: mixesDuplicates)
        rules[admission.number] = (Set(peers), admission.steps)
        return admission.number
    }

    mutating func heal(_ number: Int32) {
        rules[number] = nil
        combinations.leave(number)
        combinations.forget(number)
    }

    /// The ids of the faults whose qdiscs a packet to this peer passes, from the outermost.
    func faults(for peer: String) -> [String] {
        var place: Int?
        for (_, rule) in rules.sorted(by: { $0.key < $1.key }) where rule.traffic.contains(peer) {
            if let step = rule.steps.first(where: { $0.from == place }) { place = step.to }
        }
        guard let combination = combinations.combinations.first(where: { $0.number == place }) else {
            return []
        }
        return combination.faults.map { combinations.faults[$0]?.id ?? "gone" }
    }
}

@Suite("Faults that meet in netem")
struct NetemCombinationsTests {
    private static func peers(_ numbers: some Sequence<Int>) -> [String] { numbers.map { "10.0.0.\($0)" } }

    @Test("a packet passes exactly the faults that mean it, whatever was armed and healed before")
    func law() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var steering = Steering()
            var armed: [(number: Int32, id: String, peers: [String])] = []
            for round in 0..<12 {
                if armed.count == 5 || !armed.isEmpty && Int.random(in: 0..<3, using: &generator) == 0 {
                    steering.heal(armed.remove(at: Int.random(in: 0..<armed.count, using: &generator)).number)
                } else {
                    let peers = Self.peers((1...4).filter { _ in Bool.random(using: &generator) } + [5])
                    armed.append((try steering.arm("f#\(round)", peers: peers), "f#\(round)", peers))
                }
                for peer in Self.peers(1...6) {
                    let meant = armed.filter { $0.peers.contains(peer) }.map(\.id)
                    #expect(steering.faults(for: peer) == meant)
                }
            }
        }
    }

    @Test("a thousand faults on different packets have a class each, and one on all of a hundred still fits")
    func many() throws {
        var steering = Steering()
        for number in 0..<1000 {
            try steering.arm("f#\(number)", peers: ["10.0.\(number / 250).\(number % 250)"])
        }
        #expect(steering.combinations.combinations.count == 1000)
        #expect(steering.faults(for: "10.0.3.249") == ["f#999"])
        var wide = Steering()
        for number in 0..<100 { try wide.arm("f#\(number)", peers: ["10.0.0.\(number)"]) }
        try wide.arm("all", peers: (0..<100).map { "10.0.0.\($0)" })
        #expect(wide.faults(for: "10.0.0.77") == ["f#77", "all"])
    }

    @Test(
        "more that meet than there is room for are refused with the remedy, and the others stay as they are"
    )
    func tooMany() throws {
        var steering = Steering()
        var fitted = 0
        let error = #expect(throws: FaultError.self) {
            for number in 0..<20 {
                try steering.arm("f#\(number)", peers: ["10.0.0.1"])
                fitted += 1
            }
        }
        #expect(error?.code == "fault.combinations" && error?.message.contains("different peers") == true)
        #expect(fitted >= 4)
        #expect(steering.faults(for: "10.0.0.1").count == fitted)
    }

    @Test("faults that never act at the same time do not meet")
    func windows() throws {
        var steering = Steering()
        let line = Impairment(rate: LineRate(bitsPerSecond: 8000))
        for number in 0..<300 {
            let window = ActingWindow(start: Int64(number), end: Int64(number) + 1)
            try steering.arm("f#\(number)", peers: ["10.0.0.1"], line, window: window)
        }
        #expect(steering.combinations.combinations.count == 300)
    }

    @Test(
        "what netem would do otherwise than asked is unfit, with the reason",
        arguments: [
            (Impairment(rate: LineRate(bitsPerSecond: 8000)), Impairment(latency: .seconds(1)), true, "line"),
            (
                Impairment(latency: .seconds(1), delayCorrelation: .one), Impairment(latency: .seconds(1)),
                false, "draw"
            ),
            (Impairment(loss: .gilbertElliott(toBad: .one, toGood: .one)), Impairment(), false, "draw"),
            (Impairment(duplicate: Chance(.one)), Impairment(duplicate: Chance(.one)), true, "duplicate"),
        ]
    )
    func unfit(first: Impairment, second: Impairment, evenOnTheSame: Bool, word: String) throws {
        for (one, other) in [(first, second), (second, first)] {
            var partly = Steering()
            try partly.arm("a", peers: ["10.0.0.1"], one)
            let error = #expect(throws: NetemUnfit.self) {
                try partly.arm("b", peers: ["10.0.0.1", "10.0.0.2"], other)
            }
            #expect(error?.reason.contains(word) == true)
            var same = Steering()
            try same.arm("a", peers: ["10.0.0.1"], one)
            if evenOnTheSame {
                #expect(throws: NetemUnfit.self) { try same.arm("b", peers: ["10.0.0.1"], other) }
            } else {
                try same.arm("b", peers: ["10.0.0.1"], other)
                #expect(same.faults(for: "10.0.0.1") == ["a", "b"])
            }
        }
    }

    @Test("a netem that duplicates is the outermost, and alone where the kernel wants it so")
    func duplicates() throws {
        var steering = Steering()
        try steering.arm("a", peers: ["10.0.0.1"])
        try steering.arm("b", peers: ["10.0.0.1"], Impairment(duplicate: Chance(.one)))
        #expect(steering.faults(for: "10.0.0.1") == ["b", "a"])
        var strict = Steering()
        let twice = Impairment(duplicate: Chance(.one))
        let number = try strict.arm("a", peers: ["10.0.0.1"], twice, mixesDuplicates: false)
        #expect(throws: NetemUnfit.self) {
            try strict.arm("b", peers: ["10.0.0.2"], mixesDuplicates: false)
        }
        strict.heal(number)
        try strict.arm("b", peers: ["10.0.0.2"], mixesDuplicates: false)
        #expect(throws: NetemUnfit.self) {
            try strict.arm("c", peers: ["10.0.0.1"], twice, mixesDuplicates: false)
        }
    }

    @Test("filters meet when a packet can be meant by both")
    func filters() {
        let host = { (text: String) in AddressPrefix(text).map { [$0] } ?? [] }
        let web = TrafficFilter(peers: host("10.0.0.1"), transport: .tcp, ports: [80...80])
        let meet: [(TrafficFilter, Bool)] = [
            (TrafficFilter(), true), (web, true), (TrafficFilter(peers: host("10.0.0.0/8")), true),
            (TrafficFilter(peers: host("10.0.0.2")), false), (TrafficFilter(peers: host("fd00::/8")), false),
            (TrafficFilter(transport: .udp), false), (TrafficFilter(ports: [81...90]), false),
            (TrafficFilter(ports: [1...100]), true), (TrafficFilter(user: 7), true),
        ]
        for (other, expected) in meet {
            #expect(web.mayMeet(other) == expected, "\(other)")
            #expect(other.mayMeet(web) == expected, "\(other)")
        }
        #expect(!TrafficFilter(user: 7).mayMeet(TrafficFilter(user: 8)))
        #expect(!TrafficFilter(cgroup: "/a/b").mayMeet(TrafficFilter(cgroup: "/a/bc")))
        #expect(TrafficFilter(cgroup: "/a/b").mayMeet(TrafficFilter(cgroup: "/a")))
    }

    @Test("each fault's draws differ, and are the same in every run of one seed")
    func seeds() {
        let seeds = (0..<1000).map { DerivedSeed.of(7, "f#\($0) 1") }
        #expect(Set(seeds).count == 1000)
        #expect(DerivedSeed.of(7, "f#1 1") == seeds[1])
        #expect(DerivedSeed.of(8, "f#1 1") != seeds[1])
    }
}
