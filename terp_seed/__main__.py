"""`python -m terp_seed`: the same as `terp-seed`, for when the scripts folder is not on the PATH."""

from terp_seed.cli.entry import main

if __name__ == "__main__":
    main(prog_name="terp-seed")
