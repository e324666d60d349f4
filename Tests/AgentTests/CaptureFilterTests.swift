import Testing

@testable import Agent

@Suite struct CaptureFilterTests {
    @Test(
        "what is captured is TCP of the run's ports, each once, and never what is no port",
        arguments: [
            ([], "tcp"), ([8080], "tcp and (port 8080)"),
            ([8080, 80, 8080], "tcp and (port 80 or port 8080)"),
            ([70_000], "tcp"), ([70_000, 22], "tcp and (port 22)"),
        ] as [([UInt32], String)]
    )
    func text(_ ports: [UInt32], _ filter: String) {
        #expect(CaptureFilter.text(ports: ports) == filter)
    }
}
