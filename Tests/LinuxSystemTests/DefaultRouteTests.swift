import Testing

@testable import LinuxSystem

@Suite struct DefaultRouteTests {
    private static let header =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"

    @Test("the default route of the smallest metric is taken, and no other")
    func chosen() {
        let table = """
            \(Self.header)
            eth0\t0000FEA9\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            eth1\t00000000\t0101580A\t0003\t0\t0\t100\t00000000\t0\t0\t0
            eth2\t00000000\t0102580A\t0003\t0\t0\t20\t00000000\t0\t0\t0
            """
        #expect(DefaultRoute.interface(inTable: table) == "eth2")
    }

    @Test(
        "a table without one, cut short or of nonsense, has none",
        arguments: [
            "", header, "\(header)\neth0\t00000000\t0\t0",
            "\(header)\neth0\t0000FEA9\t0\t1\t0\t0\t0\t0000FFFF",
        ]
    )
    func none(table: String) { #expect(DefaultRoute.interface(inTable: table) == nil) }
}
