/// Where a history's operations go.
package enum StorePlan: Sendable, Equatable {
    case redis(RedisStorePlan)
    case etcd(EtcdStorePlan)

    /// After the sending; beyond it the outcome is unknown.
    package var timeout: Duration {
        switch self {
        case .redis(let redis): redis.timeout
        case .etcd(let etcd): etcd.timeout
        }
    }

    package var ports: [UInt16] {
        switch self {
        case .redis(let redis):
            switch redis.finding {
            case .server(let server): [server.port]
            case .sentinels(let sentinels, _): sentinels.map(\.port)
            }
        case .etcd(let etcd): etcd.endpoints.map(\.port)
        }
    }

    package var text: String {
        switch self {
        case .redis(let redis):
            switch redis.finding {
            case .server(let server): "redis://\(server.authority)"
            case .sentinels(let sentinels, let primary):
                "the primary \(primary) of the sentinels \(sentinels.map(\.text).listed)"
            }
        case .etcd(let etcd):
            "etcd \(etcd.endpoints.map(\.text).listed)"
                + (etcd.readsAreSerializable ? ", serializable reads" : "")
        }
    }
}

package struct RedisStorePlan: Sendable, Equatable {
    package enum Finding: Sendable, Equatable {
        case server(ServerAddress)
        /// They are asked who is the primary of this name: at first, when it cannot be reached, when it takes no writes.
        case sentinels([HostPort], primary: String)
    }

    package let finding: Finding
    package let timeout: Duration

    package init(finding: Finding, timeout: Duration) {
        self.finding = finding
        self.timeout = timeout
    }
}

/// By its JSON gateway (etcd 3.4: /v3/kv).
package struct EtcdStorePlan: Sendable, Equatable {
    /// Each client begins with one of them, and goes to the next after a failure.
    package let endpoints: [HostPort]
    /// From whatever the member that is asked has, instead of what the majority agreed on.
    package let readsAreSerializable: Bool
    package let timeout: Duration

    package init(endpoints: [HostPort], readsAreSerializable: Bool, timeout: Duration) {
        self.endpoints = endpoints
        self.readsAreSerializable = readsAreSerializable
        self.timeout = timeout
    }
}
