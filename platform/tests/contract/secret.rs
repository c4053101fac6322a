//! Whose secret a database was made with.

use multitude_platform::keys::Keys;
use multitude_platform::secret::{Acquaintance, find_acquaintance, introduce, knows_a_secret};

use crate::world::contract;

contract! {
    async fn database_knows_the_first_secret_and_no_other(world: World) {
        let (own, other) = (Keys::new([7; 32]), Keys::new([8; 32]));
        let know = async |keys: &Keys| world.db.read(async |tx| find_acquaintance(tx, keys).await).await.unwrap();
        assert_eq!(know(&own).await, Acquaintance::New);
        assert!(!world.db.read(async |tx| knows_a_secret(tx).await).await.unwrap());
        assert_eq!(world.db.write(async |tx| introduce(tx, &own).await).await.unwrap(), Acquaintance::Own);
        assert_eq!(world.db.write(async |tx| introduce(tx, &other).await).await.unwrap(), Acquaintance::Other);
        assert_eq!((know(&own).await, know(&other).await), (Acquaintance::Own, Acquaintance::Other));
        assert!(world.db.read(async |tx| knows_a_secret(tx).await).await.unwrap());
    }
}
