"""The command line: which commands there are. What each does stands in ``addin/commands``.

Exit codes: 0 done, 1 done with something left that is said, 2 not done (one clear sentence, never a traceback).
"""

from __future__ import annotations

from addin.commands.catalogue import Command, CommandGroup, make_app

COMMANDS: dict[str, Command | CommandGroup] = {
    "generate": Command("generate:generate", "cli.generate.help"),
    "fill": Command("fill:fill", "cli.fill.help"),
    "import-ledger": Command("import_ledger:import_ledger", "cli.import_ledger.help"),
    "validate": Command("validate:validate", "cli.validate.help"),
    "repair": Command("repair:repair", "cli.repair.help"),
    "compose": Command("compose:compose", "cli.compose.help"),
    "merge": Command("merge:merge", "cli.merge.help"),
    "send-back": Command("send_back:send_back", "sent_back.command.help"),
    "accept": Command("acts:accept", "acts.accept.help"),
    "extend": Command("acts:extend", "acts.extend.help"),
    "remind": Command("acts:remind", "acts.remind.help"),
    "sample": CommandGroup(
        "sampling.command.about",
        {"read": Command("sample:sample_read", "sampling.read.help")},
        own=Command("sample:sample", "sampling.command.help"),
    ),
    "package": Command("package:package", "package.command.help"),
    "correct": CommandGroup(
        "correct.command.about",
        {
            "list": Command("correct:correct_list", "correct.command.list"),
            "approve": Command("correct:correct_approve", "correct.command.approve"),
            "refuse": Command("correct:correct_refuse", "correct.command.refuse"),
        },
    ),
    "reconcile": Command("reconcile:reconcile", "reconcile.command.help"),
    "handover": Command("handover:handover", "handover.command.help"),
    "demo": Command("demo:demo", "cli.demo.help"),
    "history": Command("store:history", "store.history.help"),
    "sql": Command("store:sql", "store.sql.help"),
    "survey": CommandGroup(
        "cli.survey_about",
        {
            "list": Command("definitions:survey_list", "cli.survey.list"),
            "lint": Command("definitions:survey_lint", "cli.survey.lint"),
            "new": Command("survey_folders:survey_new", "survey_folders.command.new"),
            "install": Command("survey_folders:survey_install", "survey_folders.command.install"),
            "handbook": Command("handbook:survey_handbook", "cli.handbook.help"),
            "diff": Command("survey_changes:survey_diff", "difference.command.help"),
            "try": Command("survey_trial:survey_try", "trial.command.help"),
        },
    ),
    "roster": CommandGroup(
        "cli.roster_about",
        {
            "new": Command("rosters:roster_new", "cli.roster.new"),
            "check": CommandGroup(
                "cli.roster_check_about",
                {
                    "make": Command("rosters:roster_check_make", "cli.roster_check.make"),
                    "merge": Command("rosters:roster_check_merge", "cli.roster_check.merge"),
                },
            ),
        },
    ),
    "addin": CommandGroup(
        "cli.addin_about",
        {
            "build": Command("addin_file:addin_build", "cli.addin.build"),
            "press": Command("buttons:addin_press", "cli.addin.press"),
        },
    ),
    "key": CommandGroup("keys.about", {"new": Command("keys:key_new", "keys.new")}),
}

app = make_app(COMMANDS)

if __name__ == "__main__":
    app()
