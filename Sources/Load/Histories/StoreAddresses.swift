import Codecs
import Plan

/// A history's store as addresses, found before the run: no name is asked for on its way.
enum StoreAddresses: Sendable {
    struct Redis: Sendable {
        /// The server alone, or the sentinels.
        let servers: [HostAddress]
        /// nil: there are no sentinels.
        let primary: String?
        /// AUTH with its words; empty: no log-in.
        let logIn: [String]
    }

    struct Endpoint: Sendable {
        let address: HostAddress
        let authority: String
    }

    case redis(Redis, timeout: Duration)
    case etcd([Endpoint], readsAreSerializable: Bool, timeout: Duration)

    /// Blocks while names are looked up.
    init(_ store: StorePlan) throws(LoadError) {
        switch store {
        case .redis(let redis):
            switch redis.finding {
            case .server(let server):
                let password: String?
                do throws(CodecError) {
                    password = try server.password()
                } catch {
                    throw LoadError(error.code, error.message, exitCode: error.exitCode)
                }
                let logIn = password.map { ["AUTH"] + (server.user.map { [$0] } ?? []) + [$0] } ?? []
                let address = try HostAddress.resolve(server.host, port: server.port)
                self = .redis(Redis(servers: [address], primary: nil, logIn: logIn), timeout: redis.timeout)
            case .sentinels(let sentinels, let primary):
                var addresses: [HostAddress] = []
                for sentinel in sentinels {
                    addresses.append(try HostAddress.resolve(sentinel.host, port: sentinel.port))
                }
                self = .redis(Redis(servers: addresses, primary: primary, logIn: []), timeout: redis.timeout)
            }
        case .etcd(let etcd):
            var endpoints: [Endpoint] = []
            for endpoint in etcd.endpoints {
                let address = try HostAddress.resolve(endpoint.host, port: endpoint.port)
                endpoints.append(Endpoint(address: address, authority: endpoint.text))
            }
            self = .etcd(endpoints, readsAreSerializable: etcd.readsAreSerializable, timeout: etcd.timeout)
        }
    }

    /// - Parameter place: of the client; different ones begin with different servers where there are several.
    func client(_ place: Int) -> any StoreClient {
        switch self {
        case .redis(let redis, let timeout): RedisClient(redis, timeout: timeout)
        case .etcd(let endpoints, let readsAreSerializable, let timeout):
            EtcdClient(
                endpoints,
                readsAreSerializable: readsAreSerializable,
                timeout: timeout,
                first: place
            )
        }
    }
}
