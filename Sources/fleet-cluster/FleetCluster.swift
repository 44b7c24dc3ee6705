import ParallelCluster

/// The program.
@main
enum FleetCluster {
    static func main() async {
        await ClusterProgram.run()
    }
}
