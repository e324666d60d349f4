import Measures

/// Requests other than HTTP's.
extension CanonicalText {
    static func request(_ grpc: GRPCRequestPlan) -> (String, String?) {
        let metadata = grpc.metadata.sorted { $0.name < $1.name }.map { (quote($0.name), quote($0.value)) }
        let call: [(String, String?)] =
            switch grpc.call {
            case .unary(let path, let message):
                [("method", quote(String(path.dropFirst()))), ("message", quote(ByteText.text(of: message)))]
            case .health(let service): [("health", quote(service))]
            }
        let url = [("url", quote("\(grpc.tls == nil ? "grpc" : "grpcs")://\(grpc.target.text)"))]
        let rest: [(String, String?)] = [
            ("metadata", map(metadata)), ("streams", grpc.streams == 1 ? nil : "\(grpc.streams)"),
            ("timeout", grpc.timeout.text), ("tls", tls(grpc.tls)),
        ]
        return ("grpc", map(url + call + rest))
    }

    static func request(_ tcp: TCPRequestPlan) -> (String, String?) {
        let expect =
            switch tcp.expect {
            case .nothing: "nothing"
            case .echo: "echo"
            case .line: "line"
            case .count(let count): map([("count", "\(count)")])
            case .bytes(let bytes): map([("bytes", quote(ByteText.text(of: bytes)))])
            }
        return (
            "tcp",
            map([
                ("address", quote("tcp://\(tcp.target.text)")),
                ("send", quote(ByteText.text(of: tcp.send))),
                ("expect", expect),
                ("timeout", tcp.timeout.text),
            ])
        )
    }

    static func request(udp: EchoRequestPlan) -> (String, String?) {
        ("udp", map([("address", quote("udp://\(udp.target.text)"))] + payload(udp)))
    }

    static func request(icmp: EchoRequestPlan) -> (String, String?) {
        let host = icmp.target.host
        let address = "icmp://" + (host.contains(":") ? "[\(host)]" : host)
        return ("icmp", map([("address", quote(address))] + payload(icmp)))
    }

    private static func payload(_ echo: EchoRequestPlan) -> [(String, String?)] {
        let timeout = [("timeout", echo.timeout.text)]
        switch echo.payload {
        case .numbered(let size): return [("size", "\(size)")] + timeout
        case .fixed(let bytes, let answer):
            return [("send", quote(ByteText.text(of: bytes))), ("expect", answer.rawValue)] + timeout
        }
    }

    static func request(_ dns: DNSRequestPlan) -> (String, String?) {
        (
            "dns",
            map([
                ("server", quote("dns://\(dns.server.text)")),
                ("name", quote(dns.name)),
                ("type", dns.type.text),
                ("over", dns.over.rawValue),
                ("timeout", dns.timeout.text),
            ])
        )
    }
}
