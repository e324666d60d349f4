/// What LXD's own program is told.
struct LXDWords: EngineWords {
    let folder: String
    let daemon = "lxd --group root"
    var socket: String { "\(folder)/lxd/unix.socket" }
    private var program: String { "env HOME=\(folder) LXD_DIR=\(folder)/lxd lxc -q" }

    var finishImage: String {
        let about =
            #"architecture: x86_64\ncreation_date: 1700000000\nproperties: {os: faultline-test, version: "1"}\n"#
        return """
            cd \(image) && mkdir -p rootfs/sbin rootfs/etc rootfs/dev rootfs/proc rootfs/sys &&
            ln -s ../bin/busybox rootfs/sbin/init && printf '\(about)' > metadata.yaml &&
            printf '::respawn:/bin/sleep 1000\\n::respawn:/bin/sleep 1001\\n' > rootfs/etc/inittab &&
            tar czf ../image.tgz metadata.yaml rootfs && \(program) storage create pool dir &&
            \(program) image import ../image.tgz --alias tiny
            """
    }

    var removeAll: String {
        "for name in $(\(program) list -f csv -c n); do \(program) delete -f $name; done"
    }

    /// Without a network in any case.
    func run(_ name: String, labels: [String], network: String, isRemoved: Bool) -> String {
        let words = labels.map { "-c user.\($0)" } + (isRemoved ? ["-e"] : [])
        return """
            \(program) launch tiny \(name) -s pool -c security.privileged=true \
            -c raw.lxc=lxc.apparmor.profile=unconfined \(words.joined(separator: " "))
            """
    }

    func state(_ name: String) -> String {
        "\(program) list -f csv -c s ^\(name)$ | sed 's/STOPPED/exited/; s/RUNNING/running/'"
    }

    func pid(_ name: String) -> String { "\(program) info \(name) | sed -n 's/^PID: //p'" }
    func stop(_ name: String) -> String { "\(program) stop -f \(name)" }
    func restart(_ name: String) -> String { "\(program) restart -f \(name)" }
    func remove(_ name: String) -> String { "\(program) delete -f \(name)" }
}
