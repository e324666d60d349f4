extension RequestPlan {
    /// The checks that make sense of this request's answers, by their keys; or why there are none, in words that follow the
    /// protocol's name.
    var checkKinds: CheckKinds {
        switch self {
        case .http(let http):
            http.method == "HEAD"
                ? .these(["header"], "the answer to HEAD has no body; check a header") : .these(Self.ofHTTP)
        case .grpc(let grpc):
            if case .health = grpc.call {
                .these(
                    ["status", "header"],
                    "health looks at its message itself; check the status or a header"
                )
            } else {
                .these(["body", "status", "header"])
            }
        case .redis: .these(Self.ofBytes)
        case .postgres: .these(["value", "rows"])
        case .tcp(let tcp):
            tcp.expect == .nothing
                ? .none("waits for no answer here; expected send: or expect: beside it")
                : .these(Self.ofBytes)
        case .udp(let echo):
            if case .numbered = echo.payload {
                .none(
                    "sends datagrams of Faultline's own here and compares them itself; expected send: beside it"
                )
            } else {
                .these(Self.ofBytes)
            }
        case .dns: .these(["address", "record", "records", "code"])
        case .icmp: .none("gives back what was sent, which is compared already; leave check out")
        }
    }

    private static let ofHTTP = ["body", "header", "json"]
    private static let ofBytes = ["body", "json"]

    /// "http", as a load's key has it.
    var protocolName: String {
        switch self {
        case .http: "http"
        case .redis: "redis"
        case .postgres: "postgres"
        case .grpc: "grpc"
        case .tcp: "tcp"
        case .udp: "udp"
        case .dns: "dns"
        case .icmp: "icmp"
        }
    }

    /// Whether its answers tell nothing from a text without characters.
    var knowsNothing: Bool {
        switch self {
        case .redis, .postgres: true
        case .http, .grpc, .tcp, .udp, .dns, .icmp: false
        }
    }
}

enum CheckKinds {
    /// `instead`: what is said of the others.
    case these([String], String? = nil)
    case none(String)
}
