import Agent
import ArgumentParser
import Plan

/// "0.0.0.0:7443", "[::]:7443".
struct NetworkAddress: ExpressibleByArgument {
    let value: HostPort

    init?(argument: String) {
        guard let value = HostPort(listening: argument) else { return nil }
        self.value = value
    }
}
