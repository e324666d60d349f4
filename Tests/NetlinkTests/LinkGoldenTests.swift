import Netlink
import TestSupport
import Testing

/// The requests about interfaces, addresses and routes, byte for byte. Sequence and port are 0.
@Suite("Link requests")
struct LinkGoldenTests {
    private struct Row: CustomTestStringConvertible {
        let reason: String
        let build: @Sendable () throws -> Request
        let golden: String
        var testDescription: String { reason }
    }

    private static let rows: [Row] = [
        Row(
            reason: "kind and name, made only if the name is free",
            build: { try .addBridge("bridge") },
            golden: """
                3c 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                0b 00 03 00 62 72 69 64 67 65 00 00 10 00 12 80
                0b 00 01 00 62 72 69 64 67 65 00 00
                """
        ),
        Row(
            reason: "the peer is named in the other namespace (IFLA_NET_NS_FD 0x1c), never in ours",
            build: { try .addVeth("port1", peer: "eth0", peerNamespace: 7) },
            golden: """
                68 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                0a 00 03 00 70 6f 72 74 31 00 00 00 3c 00 12 80
                09 00 01 00 76 65 74 68 00 00 00 00 2c 00 02 80
                28 00 01 80 00 00 00 00 00 00 00 00 00 00 00 00
                00 00 00 00 09 00 03 00 65 74 68 30 00 00 00 00
                08 00 1c 00 07 00 00 00
                """
        ),
        Row(
            reason: "any kind by its name",
            build: { try .addLink("ifb0", kind: "ifb") },
            golden: """
                38 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                09 00 03 00 69 66 62 30 00 00 00 00 0c 00 12 80
                08 00 01 00 69 66 62 00
                """
        ),
        Row(
            reason: "up: flag set, and only that flag in the mask",
            build: { try .setLink(3, up: true) },
            golden: """
                20 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 01 00 00 00 01 00 00 00
                """
        ),
        Row(
            reason: "down: flag clear, but in the mask",
            build: { try .setLink(3, up: false) },
            golden: """
                20 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 01 00 00 00
                """
        ),
        Row(
            reason: "a port of bridge 2, up or down untouched",
            build: { try .setLink(3, master: 2) },
            golden: """
                28 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
                08 00 0a 00 02 00 00 00
                """
        ),
        Row(
            reason: "no master is master 0",
            build: { try .setLink(3, master: nil) },
            golden: """
                28 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
                08 00 0a 00 00 00 00 00
                """
        ),
        Row(
            reason: "MTU 1400",
            build: { try .setLink(3, mtu: 1400) },
            golden: """
                28 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
                08 00 04 00 78 05 00 00
                """
        ),
        Row(
            reason: "by index alone",
            build: { try .deleteLink(3) },
            golden: """
                20 00 00 00 11 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "IPv4: prefix 24, local and address alike",
            build: { try .addAddress(address("10.77.0.1/24"), to: 3) },
            golden: """
                28 00 00 00 14 00 05 06 00 00 00 00 00 00 00 00
                02 18 00 00 03 00 00 00 08 00 02 00 0a 4d 00 01
                08 00 01 00 0a 4d 00 01
                """
        ),
        Row(
            reason: "IPv6 without duplicate detection (IFA_F_NODAD 2), so that it is usable at once",
            build: { try .addAddress(address("fd00::1/64"), to: 3) },
            golden: """
                40 00 00 00 14 00 05 06 00 00 00 00 00 00 00 00
                0a 40 02 00 03 00 00 00 14 00 02 00 fd 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 01 14 00 01 00
                fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01
                """
        ),
        Row(
            reason: "the default route: destination of length 0, table main, static",
            build: { try .addRoute(to: address("0.0.0.0/0"), via: address("10.77.0.254"), link: 3) },
            golden: """
                3c 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
                02 00 00 00 fe 04 00 01 00 00 00 00 08 00 0f 00
                fe 00 00 00 08 00 01 00 00 00 00 00 08 00 05 00
                0a 4d 00 fe 08 00 04 00 03 00 00 00
                """
        ),
        Row(
            reason: "without a gateway the destination is on the link (scope 0xfd)",
            build: { try .addRoute(to: address("10.78.0.0/16"), via: nil, link: 3) },
            golden: """
                34 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
                02 10 00 00 fe 04 fd 01 00 00 00 00 08 00 0f 00
                fe 00 00 00 08 00 01 00 0a 4e 00 00 08 00 04 00
                03 00 00 00
                """
        ),
    ]

    @Test("a request has exactly these bytes", arguments: rows)
    private func golden(row: Row) throws {
        let request = try row.build()
        #expect(hexadecimal(request.bytes()) == row.golden)
        // The length field says what is there.
        #expect(bytes(hexadecimal: row.golden)?.count == request.payload.count + 16)
    }

    @Test(
        "a name that the kernel would cut or refuse is refused before",
        arguments: ["", "sixteen-letters-", "a b", "a/b", "a:b", ".", ".."]
    )
    func names(name: String) {
        #expect(throws: NetlinkError.self) { try Request.addBridge(name) }
        #expect(throws: NetlinkError.self) { try Request.addVeth("fine", peer: name) }
    }

    @Test(
        "an address reads as it is written",
        arguments: ["10.77.0.1/24", "0.0.0.0/0", "255.255.255.255/32", "fd00::1/64", "::/0", "fe80::1/128"]
    )
    func addresses(text: String) throws {
        #expect(InterfaceAddress(text)?.description == text)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "10.77.0.1/33", "10.77.0/24", "10.77.0.1/", "10.77.0.1/-1", "10.77.0.1/24/1", "fd00::1/129",
            "web1",
        ]
    )
    func noAddresses(text: String) {
        #expect(InterfaceAddress(text) == nil)
    }

    private static func address(_ text: String) throws -> InterfaceAddress {
        try #require(InterfaceAddress(text))
    }
}
