"""What does `askcorpus add` do?  Fetches web pages, or what feeds name, into the folder of articles."""

from __future__ import annotations

from pathlib import Path

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("add")
@click.argument("urls", nargs=-1, metavar="URL...")
@settings_options("folder", "store")
@click.option(
    "--in",
    "collection",
    metavar="NAME",
    help="Into the folder of this collection: `askcorpus status` names them.  [default: the first]",
)
@click.option(
    "--feeds", "with_feeds", is_flag=True, help="Also the new pages of the feeds in askcorpus.toml.  [default: off]"
)
@click.option("--allow-private", is_flag=True, help="Also addresses of this machine and its network.  [default: off]")
@click.option(
    "--ignore-robots", is_flag=True, help="Do not ask a site's robots.txt what it allows.  [default: off: it is heeded]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and nothing else.  [default: off]")
def command(
    urls: tuple[str, ...],
    settings: Settings,
    collection: str | None,
    with_feeds: bool,
    allow_private: bool,
    ignore_robots: bool,
    as_json: bool,
) -> None:
    """Fetch each URL into the folder, one a second and host; a page that has not changed is not fetched again.

    What a site's robots.txt does not allow is skipped. Run `askcorpus index` afterwards.
    """
    from dataclasses import asdict
    from itertools import chain

    from askcorpus.articles.web.add import add, add_feeds
    from askcorpus.articles.web.fetch import Fetcher
    from askcorpus.cli import screen
    from askcorpus.errors import AskcorpusError, UsageError
    from askcorpus.language.characters import one_line

    if with_feeds and not settings.feeds:
        raise UsageError('there are no feeds: add feeds = ["https://…"] to askcorpus.toml')
    if not urls and not with_feeds:
        raise UsageError("nothing to add: name at least one URL, or --feeds")
    if ignore_robots:
        screen.say("robots.txt is not asked (--ignore-robots)")
    folder = _folder(settings, collection)
    fetcher = Fetcher(allow_private=allow_private, ignore_robots=ignore_robots)
    feeds = settings.feeds if with_feeds else ()
    done = failed = 0
    for added in chain(add(urls, folder, fetcher=fetcher), add_feeds(feeds, folder, fetcher=fetcher)):
        done, failed = done + 1, failed + (added.outcome == "skipped")
        if as_json:
            screen.print_json(asdict(added))
        else:
            detail = added.reason or added.file or ""
            line = f"{added.outcome:9} {one_line(added.url)}  {one_line(detail)}"  # both may be a server's words
            screen.out().print(line.rstrip(), markup=False)
    if done and failed == done:
        raise AskcorpusError("nothing could be added; the reasons are above")


def _folder(settings: Settings, collection: str | None) -> Path:
    """The folder that a page is saved into; raises UsageError for a collection that there is not."""
    from askcorpus.cli import runs
    from askcorpus.errors import UsageError
    from askcorpus.indexing.folders import given

    if collection is None:
        chosen = settings.folder != Settings().folder or not settings.folders
        return Path(settings.folder) if chosen else given(settings.folders[:1], settings.store, command="add")[0][1]
    folders = {
        name or path.name: path for name, path in given(runs.own_folders(settings), settings.store, command="add")
    }
    if runs.own_manifest(settings) is not None:  # a store knows its folders by the names that it gave them
        from askcorpus.store.opening import open_store

        with open_store(settings.store) as snapshot:
            folders |= {one.name: Path(one.folder) for one in snapshot.collections if one.folder}
    found = next((path for name, path in folders.items() if name.casefold() == collection.casefold()), None)
    if found is None:
        raise UsageError(f"there is no collection {collection}. There is: {', '.join(folders)}")
    return found
