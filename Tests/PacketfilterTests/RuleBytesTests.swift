import Measures
import Packetfilter
import Testing

@Suite("Rules become bytes")
struct RuleBytesTests {
    private static let place = RulePlace(table: "t", family: .ip, chain: "c")

    /// The message of a rule that was made of these, read back as the kernel's answer would be.
    private static func readBack(_ expressions: [Expression], comment: String? = nil) throws -> RuleState {
        let bytes = try RuleBuilder.newRule(
            expressions,
            comment: comment,
            at: place,
            replacing: 9,
            sequence: 1
        )
        let message = try #require(NetlinkMessage.parse(bytes[...]).first)
        return try #require(RuleState(message))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("a table with the owner flag, byte for byte")
    func table() throws {
        let table = FilterTable(name: "faultline", family: .inet, chains: [])
        // nlmsghdr (length 44, NFNL_SUBSYS_NFTABLES|NEWTABLE, REQUEST|ACK|EXCL|CREATE, sequence 7), nfgenmsg (inet);
        // NFTA_TABLE_NAME; NFTA_TABLE_FLAGS 2.
        #expect(
            Self.hexadecimal(try RuleBuilder.newTable(table, sequence: 7))
                == "2c000000000a0506" + "0700000000000000" + "01000000"
                + "0e0001006661756c746c696e65000000" + "0800020000000002"
        )
    }

    @Test("a base chain, byte for byte")
    func chain() throws {
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: [])
        let table = FilterTable(name: "t", family: .ip, chains: [])
        // Name of the table; name of the chain; hook { number 0, priority -300 }; policy accept; type "filter".
        #expect(
            Self.hexadecimal(try RuleBuilder.newChain(chain, table: table, sequence: 1))
                == "54000000030a0504" + "0100000000000000" + "02000000" + "0600010074000000"
                + "0d000300617272697669" + "6e6700000000" + "1400048008000100" + "00000000"
                + "08000200fffffed4"
                + "0800050000000001" + "0b00070066696c7465720000"
        )
    }

    @Test("begin and end of a batch name nf_tables as their subsystem")
    func batch() {
        #expect(
            Self.hexadecimal(RuleBuilder.batchBegin(sequence: 1)) == "1400000010000100" + "0100000000000000"
                + "0000000a"
        )
        #expect(
            Self.hexadecimal(RuleBuilder.batchEnd(sequence: 2)) == "1400000011000100" + "0200000000000000"
                + "0000000a"
        )
    }

    @Test("every expression comes back as it went out")
    func roundTrip() throws {
        let all: [Expression] = [
            .meta(.inputName), .meta(.timeNanoseconds), .payload(.network, offset: 12, length: 4),
            .payload(.transport, offset: 2, length: 2), .mask([255, 255, 0, 0]), .networkOrder(bytes: 8),
            .compare(.equal, [1, 2, 3, 4]), .compare(.notEqual, [1]), .compare(.less, [1]),
            .compare(.lessOrEqual, [1]),
            .compare(.greater, [1]), .compare(.greaterOrEqual, [1, 2, 3, 4, 5, 6, 7, 8]),
            .random(modulus: .max), .counter, .meta(.user), .metaWord(.transport, word: 6),
            .payloadWord(.network, offset: 12, length: 4, word: 4), .hasFragmentHeader,
            .payloadWord(.network, offset: 8, length: 16, word: 8), .senderCgroup(level: 2),
            .hash(bytes: 20, modulus: .max, seed: 0xdead_beef), .lookup(set: "ports-1"),
            .immediate([4, 0, 1, 0]), .setPriority, .meta(.mark), .setMark,
            .bits(mask: [255, 255, 255, 223], xor: [0, 0, 0, 32]), .outputIndexToSecond, .duplicate,
            .queue(number: 700, bypass: true),
            .queue(number: 0, bypass: false),
            .target(name: "NFQUEUE", revision: 3, info: [2, 1, 1, 0, 1, 0, 0, 0]), .drop, .accept,
        ]
        for expression in all { #expect(try Self.readBack([expression]).expressions == [expression]) }
        #expect(try Self.readBack(all).expressions == all)
        #expect(try Self.readBack([.drop], comment: "slow#1").comment == "slow#1")
    }

    @Test("random rules come back with their window, whatever else is in them")
    func windows() throws {
        var draws = SeededGenerator(seed: 17)
        for _ in 0..<2000 {
            let start = Int64(draws.next() >> 2)
            let window = try #require(TimeWindow(start: start, end: start + 1 + Int64(draws.next() >> 3)))
            let source = try #require(
                AddressPrefix(bytes: (0..<4).map { _ in UInt8(truncatingIfNeeded: draws.next()) }, length: 32)
            )
            var rule = PacketRule(match: PacketMatch(source: source), window: window, verdict: .drop)
            rule.counter = draws.next() & 1 == 0
            rule.match.transport = draws.next() & 1 == 0 ? .udp : nil
            let expressions = try rule.expressions(family: .ip, queue: .native)
            let state = try Self.readBack(expressions)
            #expect(state.window == window)
            #expect(state.expressions == expressions)
        }
    }

    @Test(
        "names that nft could not write are refused",
        arguments: [
            "", "1st", "-a", "a b", "a;b", "a\"", "é", "a\0b", String(repeating: "a", count: 101),
        ]
    )
    func names(_ name: String) {
        #expect(throws: FilterError.self) {
            try RuleBuilder.newTable(FilterTable(name: name, family: .ip, chains: []), sequence: 1)
        }
        #expect(throws: FilterError.self) {
            try RuleBuilder.newRule(
                [.drop],
                comment: nil,
                at: RulePlace(table: "t", family: .ip, chain: name),
                sequence: 1
            )
        }
    }

    @Test("a comment of any length fits, and is cut")
    func longComment() throws {
        let state = try Self.readBack([.drop], comment: String(repeating: "x", count: 5000))
        #expect(state.comment == String(repeating: "x", count: 120))
    }
}
