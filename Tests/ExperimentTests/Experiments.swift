/// Experiment files of the tests: one server, one client, no balancer, so that every effect is felt directly.
enum Trial {
    static func yaml(
        rate: String = "200/s",
        duration: String,
        faults: String,
        guards: String = "",
        timeout: String = "1s",
        server: String = "web"
    ) -> String {
        """
        faultline: 1
        name: trial
        lab:
          hosts:
            web: { services: [ { name: nginx, run: "nginx -p {dir} -c {files}/nginx.conf", ready: "http://web:8080/" } ] }
            client: {}
        load:
          direct:
            from: client
            http: { url: "http://\(server):8080/", timeout: \(timeout) }
            rate: \(rate)
        faults:
        \(faults.isEmpty ? "  []" : faults)
        targets:
          availability: { objective: "99", load: direct }
        \(faults.isEmpty ? "" : "  recovery: { within: 5s, steady-for: 1s }")
        \(guards)
        duration: \(duration)
        """
    }

    static let longCut = "  - { name: cut, at: 1s, for: 50s, partition: { between: [web, client] } }"
    static let longDelay =
        "  - { name: slow, at: 1s, for: 50s, on: web, delay: { latency: 300ms, to: client } }"
    static let longFreeze =
        "  - { name: ice, at: 2s, for: 40s, on: web, pause: { service: nginx, by: freezer } }"
    static let longStress =
        "  - { name: busy, at: 2s, for: 40s, on: web, stress: { cpu: 20%, memory: 32MiB } }"
    static let longLimit =
        "  - { name: lid, at: 2s, for: 40s, on: web, limit: { service: nginx, cpus: 0.5 } }"
    static let longPause = "  - { name: stop, at: 1s, for: 50s, on: web, pause: { service: nginx } }"
    static let longKill =
        "  - { name: gone, at: 1s, on: web, kill: { service: nginx, signal: KILL, restart-after: 50s } }"
}
