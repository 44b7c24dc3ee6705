import Commands

/// The program.
@main
enum Fleet {
    static func main() async {
        await FleetProgram.run()
    }
}
