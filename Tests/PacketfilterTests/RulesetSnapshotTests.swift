import LinuxSystem
import Packetfilter
import Testing

@Suite("Foreign rules", .enabled(if: Feature.ownedTables.answer().isYes, "needs owned nftables tables"))
struct RulesetSnapshotTests {
    @Test("foreign rules are the same, byte for byte, before, during and after")
    func foreignRules() throws {
        let bed = try FilterTestBed()
        let foreign = """
            table inet filter {
                counter seen { }
                set peers { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 } }
                chain input {
                    type filter hook input priority 0; policy accept
                    counter; ip saddr @peers drop; tcp dport 22 accept
                }
            }
            table ip nat { chain out { type nat hook postrouting priority 100; masquerade; }; }
            """
        let loaded = FilterTestBed.shell(
            "printf '%s\\n' '\(foreign)' | ip netns exec \(bed.far.name) nft -f -"
        )
        #expect(loaded.status == 0, "\(loaded.text)")
        let socket = try FilterSocket.open(in: bed.far)
        let list = { FilterTestBed.nft("--stateless -a list ruleset", in: $0) }
        let before = list(bed.far)
        let snapshot = try socket.snapshot()
        let kinds = snapshot.objects.keys.map { $0.prefix { $0 != " " } }.sorted()
        #expect(
            kinds == [
                "chain", "chain", "elements", "object", "rule", "rule", "rule", "rule", "set", "table",
                "table",
            ]
        )
        let table = try socket.install(FilterTestBed.cut(nil))
        #expect(snapshot.differences(to: try socket.snapshot()) == [])
        #expect(try socket.remove(table))
        // Packets move the foreign counter; a counter is no difference.
        let counted = FilterTestBed.nft("list ruleset", in: bed.far)
        let stream = try UDPStream.run(
            from: bed.near,
            FilterTestBed.nearAddress,
            to: bed.far,
            FilterTestBed.farAddress,
            count: 10,
            spacing: 100_000
        )
        #expect(stream.arrived.count == 10)
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) != counted)
        #expect(try socket.snapshot() == snapshot)
        #expect(list(bed.far) == before)
    }

    @Test("a snapshot sees every kind of foreign change and names it")
    func snapshotDifferences() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let nft = { (command: String) in FilterTestBed.nft("'\(command)'", in: bed.far) }
        let setup = nft(
            "add table ip t; add chain ip t c; add rule ip t c tcp dport 80 counter drop; add set ip t s { type ipv4_addr; }"
        )
        #expect(setup == "")
        let table = [
            ("add rule ip t c accept", "rule ip t/c handle"),
            ("add element ip t s { 10.1.1.1 }", "elements of set ip t/s has changed"),
            ("add chain ip t d", "chain ip t/d is new"),
            ("delete chain ip t d", "chain ip t/d is gone"),
            ("add table ip6 u", "table ip6 u is new"),
            ("add counter ip t n", "object ip t/n is new"),
        ]
        for (command, expected) in table {
            let before = try socket.snapshot()
            #expect(nft(command) == "")
            let found = before.differences(to: try socket.snapshot())
            #expect(found.contains { $0.contains(expected) }, "\(command): \(found)")
        }
    }
}
