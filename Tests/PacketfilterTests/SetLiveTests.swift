import LinuxSystem
import Measures
import Packetfilter
import Testing

@Suite("Sets in the kernel", .enabled(if: Feature.ownedTables.answer().isYes, "needs owned nftables tables"))
struct SetLiveTests {
    private static func table(_ rules: PacketRule..., family: TableFamily = .ip) -> FilterTable {
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: rules)
        return FilterTable(name: "faultline", family: family, chains: [chain])
    }

    private static func from(_ sources: [AddressPrefix]) -> PacketMatch {
        var match = PacketMatch()
        match.sources = sources
        return match
    }

    private static func pings(_ bed: borrowing FilterTestBed, to address: String) -> Bool {
        FilterTestBed.shell("ip netns exec \(bed.near.name) ping -n -c 2 -i 0.05 -W 0.3 \(address)").status
            == 0
    }

    @Test("of a thousand peers in a set those drop that are in it, hosts or ranges, IPv4 or IPv6")
    func thousand() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        _ = FilterTestBed.shell("ip netns exec \(bed.near.name) ping -q -c 1 -w 10 -i 0.2 fd77::2")
        let hosts4 = (0..<1000).map { "10.9.\($0 / 250).\($0 % 250)" }
        let hosts6 = (0..<1000).map { "fd09::\(String($0 + 1, radix: 16))" }
        let table: [(others: [String], near: String, range: String, family: TableFamily, far: String)] = [
            (hosts4, "10.77.0.1", "10.77.0.0/30", .ip, "10.77.0.2"),
            (hosts6, "fd77::1", "fd77::/126", .ip6, "fd77::2"),
        ]
        for row in table {
            for (peers, passes) in [
                (row.others, true), (row.others + [row.near], false), (row.others + [row.range], false),
            ] {
                let rule = PacketRule(
                    match: Self.from(peers.compactMap { AddressPrefix($0) }),
                    verdict: .drop
                )
                let installed = try socket.install(Self.table(.neighbourDiscovery, rule, family: row.family))
                #expect(
                    Self.pings(bed, to: row.far) == passes,
                    "\(peers.count) peers, last \(peers.last ?? "")"
                )
                let state = try #require(try socket.readBack(installed))
                #expect(installed.missing(in: state) == [])
                #expect(state.sets.values.map(\.count) == [installed.sets.first?.elements.count])
                #expect(try socket.remove(installed))
            }
        }
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) == "")
    }

    @Test("two rules that mean the same set share one, and it outlives a move of their window")
    func shared() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        var match = PacketMatch(transport: .udp, sourcePorts: [53...53, 7001...7001])
        let first = PacketRule(match: match, window: TimeWindow(start: 0, end: 1), verdict: .drop)
        match = PacketMatch(transport: .udp, destinationPorts: [7001...7001, 53...53])
        let second = PacketRule(match: match, window: TimeWindow(start: 0, end: 1), verdict: .drop)
        var installed = try socket.install(Self.table(first, second))
        #expect(installed.sets.count == 1)
        let stream = {
            try UDPStream.run(
                from: bed.near,
                FilterTestBed.nearAddress,
                to: bed.far,
                FilterTestBed.farAddress,
                count: 20,
                spacing: 50_000
            )
        }
        #expect(try stream().arrived.count == 20)
        let now = try #require(TimeWindow(start: 0, end: Clocks.realtime() + 60_000_000_000))
        try socket.replaceWindow(of: &installed, with: now)
        #expect(try stream().arrived.count == 0)
        let state = try #require(try socket.readBack(installed))
        #expect(installed.counts(in: state).map { $0?.packets } == [0, 20])
        #expect(installed.missing(in: state) == [])
    }

    @Test("two families are made, moved and removed as one; when one is refused there is none")
    func families() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let rule = PacketRule(window: TimeWindow(start: 0, end: 1), verdict: .drop)
        let tables = [Self.table(rule), Self.table(rule, family: .ip6)]
        var installed = try socket.install(tables)
        #expect(installed.map(\.family) == [.ip, .ip6])
        let later = try #require(TimeWindow(start: 5, end: 9))
        try socket.replaceWindow(of: &installed, with: later)
        for table in installed {
            let state = try #require(try socket.readBack(table))
            #expect(state.rules.map(\.window) == [later])
            #expect(table.missing(in: state) == [])
        }
        // One of them is gone already: the other goes all the same.
        try socket.remove(installed[0])
        try socket.remove(installed)
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) == "")
        let before = try socket.install(tables[1])
        #expect(throws: FilterError.self) { try socket.install(tables) }
        #expect(try socket.readBack(table: "faultline", family: .ip) == nil)
        try socket.remove(before)
    }

    @Test("what nft prints of sets, users and flows is what was meant")
    func printed() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        var match = PacketMatch(
            transport: .tcp,
            destinationPorts: [80...80, 8000...8010],
            user: 1000
        )
        match.destinations = ["10.1.0.0/24", "10.2.0.1"].compactMap { AddressPrefix($0) }
        let share = try #require(Share("10%"))
        let flows = FlowShare(share, seed: 0xdead_beef, key: .ports, isIPv6: false, nearIsSource: true)
        let chain = FilterChain(
            name: "leaving",
            hook: .postrouting,
            rules: [
                PacketRule(match: match, counter: false, verdict: .drop),
                PacketRule(match: PacketMatch(transport: .tcp, flows: flows), counter: false, verdict: .drop),
            ]
        )
        let installed = try socket.install(FilterTable(name: "faultline", family: .ip, chains: [chain]))
        let text = FilterTestBed.shell("ip netns exec \(bed.far.name) nft list ruleset").text
        let expected = [
            "type ipv4_addr", "type inet_service", "flags constant,interval", "10.1.0.0/24", "10.2.0.1",
            "80", "8000-8010", "ip daddr @addresses-", "tcp dport @ports-", "meta skuid 1000", "drop",
            "ip frag-off & 16383 == 0",
            "jhash ip saddr . ip daddr . meta l4proto . tcp sport . tcp dport mod 4294967295 seed 0xdeadbeef < 429496730 drop",
        ]
        for line in expected { #expect(text.contains(line), "\(line) in \(text)") }
        let state = try #require(try socket.readBack(installed))
        let lowered = try chain.rules.map { try $0.expressions(family: .ip, queue: .native) }
        #expect(state.rules.map { $0.expressions.compactMap { $0 } } == lowered)
    }
}
