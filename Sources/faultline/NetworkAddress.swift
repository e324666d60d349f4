import ArgumentParser
import Plan

/// "0.0.0.0:7443", "[::]:7443".
struct NetworkAddress: ExpressibleByArgument {
    let value: HostPort

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"),
            let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        value = HostPort(host: String(host), port: port)
    }
}
